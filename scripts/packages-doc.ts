/** Draws `docs/architecture/packages.md` from the imports that the code really has. */
import { type GeneratedPage, main, table } from "./generated.ts";
import { type Edge, graphOf } from "./layers/cruise.ts";
import { compositionRoot, floors } from "./layers/floors.ts";
import { packages, root } from "./workspace.ts";

export const packagesPage: GeneratedPage = {
  path: "docs/architecture/packages.md",
  command: "npx -y pnpm@12 docs",
  async sections() {
    const { edges } = await graphOf(root, []);
    const published = edges.filter(({ from, to }) => !isTest(from) && !isTest(to));
    return { packages: packagePicture(published), floors: floorTable(published) };
  },
};

function isTest(file: string): boolean {
  return /\.(?:test|fixture)\.ts$|^packages\/[^/]+\/(?:test\/|[^/]+\.ts$)/.test(file);
}

/** Which published package imports which, and through which of its entry points. */
export function packagePicture(edges: readonly Edge[]): string {
  const all = packages();
  const nameOf = new Map(all.map((one) => [one.folder, one.name]));
  const doors = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const [user, used] = [folderOf(from), folderOf(to)];
    if (user === undefined || used === undefined || user === used) continue;
    const entry = to.replace(/^packages\/[^/]+\/src\/|\.ts$/g, "");
    const key = `${user} ${used}`;
    doors.set(key, (doors.get(key) ?? new Set()).add(entry === "index" ? "." : `/${entry}`));
  }
  const nodes = all.map((one) => `  ${one.folder}["${one.name}"]`);
  const arrows = [...doors.entries()].toSorted().map(([key, entries]) => {
    const [user, used] = key.split(" ");
    return `  ${user} -->|"${[...entries].toSorted().join(" ")}"| ${used}`;
  });
  const alone = [...nameOf.entries()].filter(
    ([folder]) => ![...doors.keys()].some((key) => key.split(" ")[0] === folder),
  );
  return [
    "```mermaid",
    "graph TD",
    ...nodes,
    ...arrows,
    "```",
    "",
    `Import nothing of ours: ${alone.map(([, name]) => `\`${name}\``).join(", ")}.`,
  ].join("\n");
}

function folderOf(file: string): string | undefined {
  return /^packages\/([^/]+)\/src\//.exec(file)?.[1];
}

/** The floors from the top down, each room with the rooms it really imports. */
export function floorTable(edges: readonly Edge[]): string {
  const uses = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const [user, used] = [roomOf(from), roomOf(to)];
    if (user === undefined || used === undefined || user === used) continue;
    uses.set(user, (uses.get(user) ?? new Set()).add(used));
  }
  const order = floors.flatMap((floor) => floor.rooms);
  const real = new Set(edges.flatMap(({ from, to }) => [roomOf(from), roomOf(to)]));
  const list = (room: string): string =>
    [...(uses.get(room) ?? [])].toSorted((a, b) => order.indexOf(a) - order.indexOf(b)).join(", ") || "nothing";
  const rows = floors
    .toReversed()
    .flatMap((floor) =>
      floor.rooms
        .filter((room) => real.has(room))
        .map((room, index) => [
          index === 0 ? `${floor.level} **${floor.name}**: ${floor.holds}` : "",
          `\`${room}/\``,
          list(room),
        ]),
    );
  const top = uses.has(compositionRoot)
    ? [["7 **composition root**: knows every concrete thing", `\`${compositionRoot}\``, list(compositionRoot)]]
    : [];
  return table(["floor", "room", "imports"], [...top, ...rows]);
}

function roomOf(file: string): string | undefined {
  const [, room] = /^packages\/core\/src\/(?:([^/]+)\/.+|create-hubspoke\.ts)$/.exec(file) ?? [];
  return room ?? (file === `packages/core/src/${compositionRoot}` ? compositionRoot : undefined);
}

if (import.meta.main) await main(packagesPage);
