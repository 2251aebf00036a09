/** What a public interface has, and of which of its members nothing is said. */
import { relative } from "node:path";
import ts from "typescript";
import { root } from "./workspace.ts";

export interface SilentMember {
  /** From the repository's root. */
  readonly file: string;
  readonly owner: string;
  readonly name: string;
}

/**
 * Members of exported interfaces, object types and classes without a docstring of their own, each once however many
 * entry points lead to it. Private ones and constructors are not counted.
 */
export function silentMembers(entries: readonly string[]): readonly SilentMember[] {
  const { program, checker } = programOf(entries);
  const silent = new Map<string, SilentMember>();
  for (const symbol of exportedBy(program, checker, entries)) {
    for (const declaration of symbol.declarations ?? []) {
      const file = declaration.getSourceFile().fileName;
      if (file.includes("/node_modules/")) continue;
      for (const member of membersOf(declaration)) {
        const name = member.name?.getText();
        if (name === undefined || isHidden(member) || isTold(checker, member)) continue;
        const one = { file: relative(root, file), owner: symbol.name, name };
        silent.set(`${one.file} ${one.owner}.${one.name}`, one);
      }
    }
  }
  return [...silent.values()];
}

/** The program over some files, with the repository's options. */
export function programOf(entries: readonly string[]): {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
} {
  const config = ts.getParsedCommandLineOfConfigFile(`${root}/tsconfig.json`, {}, host());
  const program = ts.createProgram([...entries], config?.options ?? {});
  return { program, checker: program.getTypeChecker() };
}

/** What files export, as it is where it was declared. */
export function exportedBy(
  program: ts.Program,
  checker: ts.TypeChecker,
  entries: readonly string[],
): readonly ts.Symbol[] {
  return entries.flatMap((entry) => {
    const file = program.getSourceFile(entry);
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${entry} exports nothing`);
    return checker
      .getExportsOfModule(module)
      .map((exported) => (exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported));
  });
}

function membersOf(declaration: ts.Declaration): readonly (ts.TypeElement | ts.ClassElement)[] {
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) return [...declaration.members];
  if (ts.isTypeAliasDeclaration(declaration) && ts.isTypeLiteralNode(declaration.type))
    return [...declaration.type.members];
  return [];
}

function isHidden(member: ts.TypeElement | ts.ClassElement): boolean {
  return ts.isConstructorDeclaration(member) || (member.name !== undefined && ts.isPrivateIdentifier(member.name));
}

/** Overloads share what one of them says. */
function isTold(checker: ts.TypeChecker, member: ts.TypeElement | ts.ClassElement): boolean {
  const symbol = member.name === undefined ? undefined : checker.getSymbolAtLocation(member.name);
  return symbol !== undefined && ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== "";
}

function host(): ts.ParseConfigFileHost {
  return {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(String(messageText));
    },
  };
}
