import { testTargets } from "./judged.ts";

testTargets("driving-td3");
