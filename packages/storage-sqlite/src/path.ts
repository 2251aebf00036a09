import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { HubspokeError } from "@hubspoke/core/errors";

/** Whether something is at the path. */
export async function fileExists(path: string): Promise<boolean> {
  return (await kindOf(path)) !== "nothing";
}

/** Says what is wrong with a path before SQLite reduces it to "unable to open database file". Creates nothing. */
export async function assertUsablePath(path: string): Promise<void> {
  const directory = dirname(resolve(path));
  const parent = await kindOf(directory);
  if (parent !== "directory") {
    const problem = parent === "nothing" ? "does not exist; create it" : "is not a directory; name another path";
    throw new HubspokeError("STORE_PATH_INVALID", `the directory ${directory} of the SQLite database ${problem}`);
  }
  if ((await kindOf(path)) === "directory") {
    throw new HubspokeError("STORE_PATH_INVALID", `${path} is a directory; name a file in it for the SQLite database`);
  }
}

async function kindOf(path: string): Promise<"nothing" | "directory" | "file"> {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "file";
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR") return "nothing";
    throw new HubspokeError(
      "STORE_PATH_INVALID",
      `${path} can not be looked at; check the permissions on the way to it`,
      {
        unsafe: error,
      },
    );
  }
}
