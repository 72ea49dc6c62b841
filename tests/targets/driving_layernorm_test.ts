import { testTargets } from "./judged.ts";

testTargets("driving-layernorm");
