import { testTargets } from "./judged.ts";

testTargets("bandwidth-predictor");
