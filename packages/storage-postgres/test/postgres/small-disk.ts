import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pool } from "pg";

/** A disk of some megabytes that the server keeps a test's tables on. */
export interface SmallDisk {
  /** What a connection says so that its tables are made there. */
  readonly options: string;
  /** Leaves no room. */
  fill(): Promise<void>;
  /** Leaves room again. */
  free(): Promise<void>;
  /** Once the schema is dropped. */
  remove(): Promise<void>;
}

/**
 * A real one, in memory, as a tablespace of the schema's name. Mounting takes root and a server on this machine; elsewhere
 * the server itself is made to say, at the 150th event of a delivery, what it says when a file can not grow.
 */
export async function smallDisk(admin: Pool, schema: string): Promise<SmallDisk> {
  const { rows } = await admin.query<{ data_directory: string }>("show data_directory");
  const path = mountFor(rows[0]?.data_directory ?? "");
  if (path === null) return refusing(admin, schema);
  await admin.query(`create tablespace "${schema}" location '${path}'`);
  const filler = join(path, "filler");
  return {
    options: `-c default_tablespace=${schema}`,
    async fill() {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, new Uint8Array(bavail * bsize));
    },
    free: async () => rmSync(filler),
    async remove() {
      await admin.query(`drop tablespace "${schema}"`);
      execFileSync("umount", [path]);
      rmSync(path, { recursive: true });
    },
  };
}

function mountFor(dataDirectory: string): string | null {
  if (!existsSync(dataDirectory)) return null;
  const { uid, gid } = statSync(dataDirectory);
  const path = mkdtempSync(join(tmpdir(), "hubspoke-disk-"));
  try {
    const options = `size=24m,mode=0700,uid=${uid},gid=${gid}`;
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path], { stdio: "pipe" });
    return path;
  } catch {
    rmSync(path, { recursive: true });
    return null;
  }
}

function refusing(admin: Pool, schema: string): SmallDisk {
  return {
    options: "",
    async fill() {
      await admin.query(`create function "${schema}".full_disk() returns trigger language plpgsql as $$ begin
        raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`);
      await admin.query(`create trigger full_disk before insert on "${schema}".hubspoke_inbox
        for each row when (new.id = 'e150') execute function "${schema}".full_disk()`);
    },
    async free() {
      await admin.query(`drop trigger full_disk on "${schema}".hubspoke_inbox`);
    },
    remove: async () => {},
  };
}
