import { testTargets } from "./judged.ts";

testTargets("signal-extraction");
