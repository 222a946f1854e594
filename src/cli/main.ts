#!/usr/bin/env node
import { main } from "./program.ts";
import { processTerminal } from "./terminal.ts";

const terminal = processTerminal();
terminal.exit(await main(process.argv.slice(2), terminal));
