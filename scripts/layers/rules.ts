/** Who may import whom, as rules for dependency-cruiser. `why` is what a failing build says to the person who meets it. */
import { compositionRoot, floors } from "./floors.ts";

type Pattern = string | readonly string[];

export interface Rule {
  readonly name: string;
  readonly why: string;
  /** The page, and the heading on it, that explains the rule. */
  readonly doc: string;
  readonly from: { readonly path?: Pattern; readonly pathNot?: Pattern };
  readonly to: {
    readonly path?: Pattern;
    readonly pathNot?: Pattern;
    readonly circular?: boolean;
    readonly reachable?: boolean;
    readonly couldNotResolve?: boolean;
    readonly dependencyTypes?: readonly string[];
    readonly dependencyTypesNot?: readonly string[];
  };
}

const principles = "docs/architecture/principles.md";
const core = "^packages/core/src";
/** Tests and their fixtures may reach across rooms, and run on Node; nothing else imports them. */
const tests = "\\.(?:test|fixture)\\.ts$";
const among = (rooms: readonly string[]): string => `(?:${rooms.join("|")})`;

/** One rule a floor: nothing on it may look up. */
const upward: readonly Rule[] = floors.map((floor, level) => {
  const above = floors.slice(level + 1).flatMap((upper) => upper.rooms);
  const rootFile = "[^/]+\\.ts$";
  return {
    name: `core-floor-${floor.name}`,
    why: `${floor.rooms.join(", ")} stand${floor.rooms.length === 1 ? "s" : ""} below what is imported here. Take what you need as an argument or a port, or move the shared part down.`,
    doc: `${principles}#1`,
    from: { path: `${core}/${among(floor.rooms)}/`, pathNot: tests },
    to: { path: `${core}/(?:${[...above.map((room) => `${room}/`), rootFile].join("|")})` },
  };
});

const beside: readonly Rule[] = floors
  .filter((floor) => floor.rooms.length > 1)
  .map((floor) => ({
    name: `core-siblings-${floor.name}`,
    why: "Rooms on one floor do not know each other, so each can be read, tested and replaced alone. The composition root passes one's function to the other; what both need goes one floor down.",
    doc: `${principles}#1`,
    from: { path: `${core}/(${floor.rooms.join("|")})/`, pathNot: tests },
    to: { path: `${core}/${among(floor.rooms)}/`, pathNot: `${core}/$1/` },
  }));

export const rules: readonly Rule[] = [
  {
    name: "no-cycles",
    why: "Files that import each other can not be understood, tested or loaded one at a time; a circle of types is a circle too. Move what both need into a third file below them.",
    doc: `${principles}#2`,
    from: {},
    to: { circular: true },
  },
  {
    name: "no-own-index",
    why: "A file that imports its own package's index imports the whole package, and a circle with it. Import the file you mean.",
    doc: `${principles}#2`,
    from: { path: "^packages/([^/]+)/src/" },
    to: { path: ["^packages/$1/src/index\\.ts$", "^packages/$1/src/.+/index\\.ts$"] },
  },
  {
    name: "core-alone",
    why: "Core imports no package of ours: no store, no framework, no simulator. It declares a port and others implement it.",
    doc: `${principles}#3`,
    from: { path: "^packages/core/" },
    to: { path: "^packages/(?!core/)" },
  },
  {
    name: "core-runs-everywhere",
    why: "Core runs in Workers, Deno and Bun as it does in Node. Only platform/node*.ts, selected by export condition, may import `node:*` or a library made of it.",
    doc: `${principles}#4`,
    from: { path: `${core}/`, pathNot: [`${core}/platform/node[^/]*\\.ts$`, tests] },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "core-node-libraries",
    why: "undici is made of `node:*`: importing it outside platform/node*.ts breaks every other runtime.",
    doc: `${principles}#4`,
    from: { path: `${core}/`, pathNot: [`${core}/platform/node[^/]*\\.ts$`, tests] },
    to: { path: "node_modules/undici/" },
  },
  {
    name: "platform-is-injected",
    why: "Clock, sleep, randomness, cipher and transport arrive as arguments, so that tests and simulations replace them. Only the assembly picks the runtime's own.",
    doc: `${principles}#5`,
    from: {
      path: `${core}/`,
      pathNot: [`${core}/(?:platform|compose|mount)/`, `${core}/${compositionRoot}$`, `${core}/[^/]+\\.ts$`, tests],
    },
    to: { path: `${core}/platform/` },
  },
  ...upward,
  ...beside,
  {
    name: "composition-root-is-last",
    why: "create-hubspoke.ts knows every concrete thing, so nothing but an entry file may know it.",
    doc: `${principles}#1`,
    from: { path: `${core}/.+/`, pathNot: tests },
    to: { path: `${core}/${compositionRoot}$` },
  },
  {
    name: "simulator-alone",
    why: "The simulator judges core. What it shared with core, a misreading of HubSpot included, it could never find.",
    doc: `${principles}#6`,
    from: { path: "^packages/testing/src/simulator(?:/|\\.ts$)" },
    to: { path: "^packages/(?!testing/)", reachable: true },
  },
  {
    name: "testing-sees-core-only",
    why: "The testing package serves every store and adapter; importing one of them would make a circle of packages.",
    doc: `${principles}#3`,
    from: { path: "^packages/testing/src/" },
    to: { path: "^packages/(?!testing/|core/)" },
  },
  {
    name: "stores-see-ports",
    why: "A store implements ports. It may know core's ports and errors, and the shared Kysely store; nothing it could decide with.",
    doc: `${principles}#3`,
    from: { path: "^packages/(storage-[^/]+)/src/" },
    to: {
      path: "^packages/",
      pathNot: [
        "^packages/$1/",
        "^packages/core/src/(?:ports|errors)\\.ts$",
        "^packages/storage-kysely/src/index\\.ts$",
      ],
    },
  },
  {
    name: "adapters-see-core",
    why: "A framework adapter is three functions over core's handlers: it knows core's entry points and its framework.",
    doc: `${principles}#3`,
    from: { path: "^packages/(express|hono|redis|pg-boss)/src/" },
    to: { path: "^packages/", pathNot: ["^packages/$1/", "^packages/core/src/[^/]+\\.ts$"] },
  },
  {
    name: "entry-points-only",
    why: "What is not in a package's exports is not there: a deep path works from source and breaks for everybody who installed it.",
    doc: `${principles}#3`,
    from: { path: "^packages/([^/]+)/" },
    to: { path: "^packages/(?!$1/)[^/]+/src/.+/" },
  },
  {
    name: "users-use-entry-points",
    why: "Examples, tests and benchmarks stand where users stand: they import what users can.",
    doc: `${principles}#3`,
    from: { path: "^(?:examples|tests|bench)/" },
    to: { path: "^packages/[^/]+/src/.+/" },
  },
  {
    name: "nothing-from-outside",
    why: "A published file can not import what is not published.",
    doc: `${principles}#3`,
    from: { path: "^packages/[^/]+/src/", pathNot: tests },
    to: { path: ["^(?:examples|tests|bench|scripts)/", tests, "^packages/[^/]+/test/"] },
  },
  {
    name: "dependencies-are-declared",
    why: "Imported by published code and listed only among devDependencies: it would be missing where the package is installed. Make it a dependency or a peer.",
    doc: `${principles}#3`,
    from: { path: "^packages/[^/]+/src/", pathNot: tests },
    to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm", "npm-peer", "npm-optional"] },
  },
  {
    name: "imports-resolve",
    why: "This import leads nowhere: a misspelt path, or a package nobody declared.",
    doc: `${principles}#2`,
    from: {},
    to: { couldNotResolve: true },
  },
];
