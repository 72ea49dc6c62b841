import { testTargets } from "./judged.ts";

testTargets("serverless-tactical");
