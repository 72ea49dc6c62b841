import { testTargets } from "./judged.ts";

testTargets("som-oracle");
