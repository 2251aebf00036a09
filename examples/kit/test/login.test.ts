import { expect, test } from "vitest";
import { type Asked, hostFor, type Sessions, standInLogin } from "../login.ts";

function desk(password?: string) {
  const kept = new Map<string, { readonly name: string }>();
  const sessions: Sessions<{ readonly name: string }> = {
    keep: async (hash, user) => void kept.set(hash, user),
    find: async (hash) => kept.get(hash) ?? null,
    forget: async (hash) => void kept.delete(hash),
  };
  return { kept, login: standInLogin({ cookie: "desk", password, sessions }) };
}

const at = (url: string, cookie = ""): Asked => ({ url, headers: new Headers({ cookie }) });
const ada = { name: "Ada" };

test("whoever signs in is known by their cookie until they sign out, and what is kept opens nothing", async () => {
  const { kept, login } = desk();
  const set = await login.signIn(at("http://localhost:1/login"), ada, undefined);
  expect(set).toMatch(/^desk=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const cookie = `other=1; ${set.split(";")[0]}`;
  expect(await login.userOf(at("http://localhost:1/", cookie))).toEqual(ada);
  const [hash = ""] = kept.keys();
  expect(cookie).not.toContain(hash);
  for (const wrong of ["", "desk=", "desk=x", `desk=${hash}`, `desk=${"A".repeat(43)}`])
    expect(await login.userOf(at("http://localhost:1/", wrong)), wrong).toBeNull();
  expect(await login.signOut(at("http://localhost:1/", cookie))).toContain("Max-Age=0");
  expect(await login.userOf(at("http://localhost:1/", cookie))).toBeNull();
});

test("a cookie of an https page goes over https alone", async () => {
  const { login } = desk("correct horse");
  expect(await login.signIn(at("https://desk.example.com/login"), ada, "correct horse")).toContain("; Secure");
});

test("without a password it opens on this machine alone, with one to whoever knows it", async () => {
  const enters = async (password: string | undefined, url: string, given?: unknown) => {
    const trying = desk(password).login.signIn(at(url), ada, given);
    return trying.then(() => true).catch(({ code }: { code: string }) => code);
  };
  for (const name of ["localhost:4010", "127.0.0.1", "[::1]:1"])
    expect(await enters(undefined, `http://${name}/`)).toBe(true);
  // A name of somebody else's that leads here, as a page does that rebinds its own.
  for (const name of ["desk.example.com", "localhost.evil.example", "192.168.0.7"])
    expect(await enters("", `http://${name}/`), name).toBe("ACCESS_DENIED");
  expect(await enters("correct horse", "http://desk.example.com/", "correct horse")).toBe(true);
  for (const given of ["guess", "", undefined, {}, ["correct horse", "x"]])
    expect(await enters("correct horse", "http://localhost/", given)).toBe("ACCESS_DENIED");
});

test("a server listens on this machine, and on others' with a password only", () => {
  expect(hostFor({})).toBe("127.0.0.1");
  expect(hostFor({ HOST: "" })).toBe("127.0.0.1");
  expect(hostFor({ HOST: "::1" })).toBe("::1");
  expect(hostFor({ HOST: "0.0.0.0", LOGIN_PASSWORD: "correct horse" })).toBe("0.0.0.0");
  for (const HOST of ["0.0.0.0", "::", "192.168.0.7"]) {
    expect(() => hostFor({ HOST }), HOST).toThrow("LOGIN_PASSWORD");
    expect(() => hostFor({ HOST, LOGIN_PASSWORD: "" }), HOST).toThrow("LOGIN_PASSWORD");
  }
});
