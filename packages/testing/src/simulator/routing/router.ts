/** The versions a route answers to; `v3` and `v4` stand for every legacy path. */
export type ApiVersion = "2026-09" | "2026-03" | "legacy";

const DATED: readonly ApiVersion[] = ["2026-09", "2026-03"];

export interface RoutePaths {
  readonly method: string;
  /** With `{version}` in it, e.g. `/crm/objects/{version}/{objectType}`. Absent when only a legacy path exists. */
  readonly dated?: string;
  readonly legacy?: readonly string[];
  /** Dated versions that have it; default both. */
  readonly versions?: readonly ApiVersion[];
}

export interface RouteMatch<R> {
  readonly route: R;
  readonly version: ApiVersion;
  readonly params: Readonly<Record<string, string>>;
}

interface Leaf<R> {
  readonly route: R;
  readonly version: ApiVersion;
  readonly names: readonly string[];
}

interface Node<R> {
  readonly fixed: Map<string, Node<R>>;
  any: Node<R> | undefined;
  readonly leaves: Map<string, Leaf<R>>;
}

/** Matches paths by segment, fixed segments before parameters; the first registration of a path wins. */
export class Router<R extends RoutePaths> {
  readonly #root: Node<R> = emptyNode();

  add(route: R): void {
    for (const version of route.versions ?? DATED) {
      if (route.dated !== undefined) this.#insert(route.dated.replace("{version}", version), version, route);
    }
    for (const path of route.legacy ?? []) this.#insert(path, "legacy", route);
  }

  /** The match; `"method"` when the path exists but not for this method; `undefined` for an unknown path. */
  find(method: string, path: string): RouteMatch<R> | "method" | undefined {
    const segments = splitPath(path);
    const values: string[] = [];
    const node = walk(this.#root, segments, 0, values, method);
    const leaf = node?.leaves.get(method);
    if (leaf !== undefined) return { route: leaf.route, version: leaf.version, params: zip(leaf.names, values) };
    return walk(this.#root, segments, 0, [], undefined) === undefined ? undefined : "method";
  }

  #insert(path: string, version: ApiVersion, route: R): void {
    let node = this.#root;
    const names: string[] = [];
    for (const segment of splitPath(path)) {
      if (segment.startsWith("{")) {
        names.push(segment.slice(1, -1));
        node.any ??= emptyNode();
        node = node.any;
      } else {
        let next = node.fixed.get(segment);
        if (next === undefined) {
          next = emptyNode();
          node.fixed.set(segment, next);
        }
        node = next;
      }
    }
    if (!node.leaves.has(route.method)) node.leaves.set(route.method, { route, version, names });
  }
}

function emptyNode<R>(): Node<R> {
  return { fixed: new Map(), any: undefined, leaves: new Map() };
}

function splitPath(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

/** Depth first, so that `/contacts/search` is a search and `/contacts/501` a read. Without a method any leaf will do. */
function walk<R>(
  node: Node<R>,
  segments: readonly string[],
  at: number,
  values: string[],
  method: string | undefined,
): Node<R> | undefined {
  const segment = segments[at];
  if (segment === undefined) {
    const fits = method === undefined ? node.leaves.size > 0 : node.leaves.has(method);
    return fits ? node : undefined;
  }
  const fixed = node.fixed.get(segment);
  const found = fixed && walk(fixed, segments, at + 1, values, method);
  if (found) return found;
  if (node.any === undefined) return undefined;
  values.push(segment);
  const inner = walk(node.any, segments, at + 1, values, method);
  if (inner === undefined) values.pop();
  return inner;
}

function zip(names: readonly string[], values: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  names.forEach((name, i) => {
    params[name] = decode(values[i] ?? "");
  });
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A malformed escape stays as it was sent: it then names nothing that exists.
    return segment;
  }
}
