import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { databaseUrl } from "./database.ts";

/** A disk of some megabytes that the server may keep tables on. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves no room. */
  fill(): void;
  /** Leaves room again. */
  free(): void;
  remove(): void;
}

/**
 * A real one, in memory, mounted where the server's own user can write. `null`, with the reason, where that cannot be
 * had: mounting takes root, and the server has to be on this machine.
 */
export async function smallDisk(megabytes: number): Promise<SmallDisk | { readonly why: string }> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>("show data_directory");
  await client.end();
  const data = rows[0]?.data_directory ?? "";
  if (!existsSync(data)) return { why: "the server is on another machine" };
  const { uid, gid } = statSync(data);
  const path = mkdtempSync(join(tmpdir(), "hubspoke-disk-"));
  try {
    const options = `size=${megabytes}m,mode=0700,uid=${uid},gid=${gid}`;
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path], { stdio: "pipe" });
  } catch {
    rmSync(path, { recursive: true });
    return { why: "a disk can not be mounted here" };
  }
  const filler = join(path, "filler");
  return {
    path,
    fill() {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, new Uint8Array(bavail * bsize));
    },
    free: () => rmSync(filler),
    remove() {
      execFileSync("umount", ["-l", path]);
      rmSync(path, { recursive: true });
    },
  };
}
