import type { Portal } from "../state/portal.ts";
import { Downloads } from "./downloads.ts";
import { FileStore } from "./files/file-store.ts";
import { DEFAULT_DEVELOPER_KEY } from "./options.ts";
import type { PlatformWorld } from "./world.ts";

/** What an account has besides its records. */
export interface PortalPlatform {
  readonly files: FileStore;
}

/** Everything that is not records, for all accounts of a simulator. */
export class Platform {
  readonly world: PlatformWorld;
  readonly downloads: Downloads;
  readonly #portals: Map<number, PortalPlatform> = new Map();

  constructor(world: PlatformWorld) {
    this.world = world;
    this.downloads = new Downloads(world.random("downloads"));
  }

  of({ id }: Portal): PortalPlatform {
    let found = this.#portals.get(id);
    if (found === undefined) {
      found = { files: new FileStore(this.world, this.world.random(`files:${id}`)) };
      this.#portals.set(id, found);
    }
    return found;
  }

  isDeveloperKey(key: string | null): boolean {
    return key !== null && key === (this.world.options().developerApiKey ?? DEFAULT_DEVELOPER_KEY);
  }
}
