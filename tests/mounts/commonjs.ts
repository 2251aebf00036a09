import { registerHooks } from "node:module";

// The test runner starts its workers with `--conditions import`, which then also holds for `require` inside CommonJS
// packages: Express's router would get the ES module of a dependency and call a namespace object.
registerHooks({
  resolve: (specifier, context, next) => {
    if (!context.conditions.includes("require")) return next(specifier, context);
    const conditions = context.conditions.filter((condition) => condition !== "import" && condition !== "module");
    return next(specifier, { ...context, conditions });
  },
});
