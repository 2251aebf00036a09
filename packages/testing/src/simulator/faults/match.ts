import type { Fault, FaultSubject } from "./fault.ts";

/** Whether a request is one that a fault, added at `addedAt`, may strike. */
export function matcherOf(fault: Fault, addedAt: number): (subject: FaultSubject) => boolean {
  const { method, body, when } = fault;
  const from = Math.max(fault.from ?? 0, fault.startsIn === undefined ? 0 : addedAt + fault.startsIn);
  const end = fault.lasts === undefined ? Number.POSITIVE_INFINITY : Math.max(from, addedAt) + fault.lasts;
  const until = Math.min(fault.until ?? Number.POSITIVE_INFINITY, end);
  const isRoute = routeMatcher(fault.route);
  return (subject) => {
    if (method !== undefined && method.toUpperCase() !== subject.method) return false;
    if (subject.at < from || subject.at >= until) return false;
    if (!isRoute(subject.route) && !isRoute(subject.path)) return false;
    if (typeof body === "string" && !subject.body.includes(body)) return false;
    if (body instanceof RegExp && !body.test(subject.body)) return false;
    return when?.(subject) ?? true;
  };
}

function routeMatcher(route: Fault["route"]): (path: string) => boolean {
  if (route === undefined) return () => true;
  if (route instanceof RegExp) return (path) => route.test(path);
  if (!route.includes("*")) return (path) => path === route;
  const pattern = route
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  const fits = new RegExp(`^${pattern}$`);
  return (path) => fits.test(path);
}
