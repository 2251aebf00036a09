#!/usr/bin/env node
import { nodeIo } from "./base/io.ts";
import { main } from "./main.ts";

process.exitCode = await main(process.argv.slice(2), nodeIo());
