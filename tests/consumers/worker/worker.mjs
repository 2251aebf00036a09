import * as core from "@hubspoke/core";
import * as hono from "@hubspoke/hono";
import * as d1 from "@hubspoke/storage-d1";

export default {
  fetch: () => Response.json([core, hono, d1].map((one) => Object.keys(one))),
};
