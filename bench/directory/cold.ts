/** What a thousand numbers nobody has asked for cost of HubSpot's search. */
import { memoryStorage } from "@hubspoke/core/memory";
import { learn } from "./directory.ts";

console.log(JSON.stringify(await learn(memoryStorage(), 1_000)));
