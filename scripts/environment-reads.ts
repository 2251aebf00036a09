/** Which environment variables a program reads, by its text: nothing is run. */
import ts from "typescript";

const variable = /^[A-Z][A-Z0-9_]*$/;
/** A text that can be a variable's name and is no error code by accident: two words at least. */
const longName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const environment = /(?:^|\.)env(?:ironment)?$/i;
const inTexts = /\benv\.([A-Z][A-Z0-9_]*)/g;

/**
 * Names that a file reads: `process.env.NAME`, `env["NAME"]`, `{ NAME } = …` for whatever is called `env` or has names in
 * capitals, and the same in the texts of programs that a file writes. Where a name is only known when it runs,
 * `env[name]`, every text of the file that looks like a name counts, but for those in `codes`.
 */
export function environmentReads(file: string, text: string, codes: ReadonlySet<string>): ReadonlySet<string> {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const names = new Set<string>();
  const texts = new Set<string>();
  let asked = false;
  const isEnvironment = (node: ts.Expression): boolean => environment.test(node.getText(source));
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      if (variable.test(node.name.text) && isEnvironment(node.expression)) names.add(node.name.text);
    } else if (ts.isElementAccessExpression(node) && isEnvironment(node.expression)) {
      if (ts.isStringLiteralLike(node.argumentExpression)) names.add(node.argumentExpression.text);
      else asked = true;
    } else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = (node.propertyName ?? node.name).getText(source);
      if (variable.test(name)) names.add(name);
    } else if (ts.isStringLiteral(node)) {
      texts.add(node.text);
    } else if (ts.isTemplateLiteralToken(node)) {
      for (const [, name] of node.text.matchAll(inTexts)) names.add(name as string);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (asked) for (const one of texts) if (longName.test(one) && !codes.has(one)) names.add(one);
  return names;
}
