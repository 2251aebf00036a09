import * as core from "@hubspoke/core";
import * as hono from "@hubspoke/hono";

export default {
  fetch: () => Response.json([Object.keys(core), Object.keys(hono)]),
};
