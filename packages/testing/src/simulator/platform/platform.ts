import type { Change } from "../state/change.ts";
import type { Portal } from "../state/portal.ts";
import { CallingApps } from "./calling/calling-apps.ts";
import { type DownloadSource, Downloads } from "./downloads.ts";
import { Exports } from "./exports/exports.ts";
import { FileStore } from "./files/file-store.ts";
import { Imports } from "./imports/imports.ts";
import { viewEntry } from "./journal/app-journal.ts";
import { eventOfChange, eventOfMembership } from "./journal/event.ts";
import { Journals } from "./journal/journals.ts";
import { ListRegistry } from "./lists/list-registry.ts";
import { DEFAULT_DEVELOPER_KEY } from "./options.ts";
import { TemplateRegistry } from "./timeline/template.ts";
import { Timeline } from "./timeline/timeline.ts";
import { WebhookApps } from "./webhooks/webhook-apps.ts";
import { ActionRegistry } from "./workflows/action-registry.ts";
import { Workflows } from "./workflows/workflows.ts";
import type { PlatformWorld } from "./world.ts";

/** What an account has besides its records. */
export interface PortalPlatform {
  readonly files: FileStore;
  readonly lists: ListRegistry;
  readonly imports: Imports;
  readonly exports: Exports;
  readonly timeline: Timeline;
  readonly workflows: Workflows;
}

/** Everything that is not records, for all accounts of a simulator. */
export class Platform {
  readonly world: PlatformWorld;
  readonly downloads: Downloads;
  readonly webhooks: WebhookApps;
  readonly journals: Journals;
  readonly templates: TemplateRegistry = new TemplateRegistry();
  readonly calling: CallingApps = new CallingApps();
  readonly actions: ActionRegistry = new ActionRegistry();
  readonly #portals: Map<number, PortalPlatform> = new Map();

  constructor(world: PlatformWorld) {
    this.world = world;
    this.webhooks = new WebhookApps(world);
    this.journals = new Journals(world);
    this.downloads = new Downloads(world.random("downloads"));
  }

  of(portal: Portal): PortalPlatform {
    const found = this.#portals.get(portal.id) ?? this.#create(portal);
    this.#portals.set(portal.id, found);
    return found;
  }

  /** A record changed: whoever watches records hears of it. */
  recordChanged(portal: Portal, change: Change): void {
    if (this.journals.isUsed) this.journals.happened(portal, eventOfChange(change, portal.id));
    this.of(portal).lists.recordChanged(change);
  }

  /** What an address opens; `undefined` once it is gone. */
  read(source: DownloadSource): Uint8Array<ArrayBuffer> | undefined {
    const text = (content: string | undefined) =>
      content === undefined ? undefined : new TextEncoder().encode(content);
    if (source.kind === "journal") {
      const entries = this.journals.of(source.appId).entries(this.world.clock.now(), source.portalId);
      const entry = entries.find(({ offset }) => offset === source.offset);
      return text(entry && JSON.stringify(viewEntry(entry)));
    }
    const portal = this.#portals.get(source.portalId);
    if (source.kind === "file") return portal?.files.find(source.id)?.bytes;
    return text(portal?.exports.get(source.id).task.result?.csv);
  }

  /** The features of portals where anything happened, by portal. */
  used(): readonly (readonly [number, PortalPlatform])[] {
    return [...this.#portals];
  }

  #create(portal: Portal): PortalPlatform {
    const random = (feature: string) => this.world.random(`${feature}:${portal.id}`);
    const lists = new ListRegistry(portal, this.world, random("lists"), (change) =>
      this.journals.happened(portal, eventOfMembership(change, portal.id)),
    );
    return {
      files: new FileStore(this.world, random("files")),
      lists,
      imports: new Imports(portal, this.world, lists, random("imports")),
      exports: new Exports(portal, this.world, lists, random("exports")),
      timeline: new Timeline(portal, random("timeline")),
      workflows: new Workflows(portal, this.world, this.actions, random("workflows")),
    };
  }

  isDeveloperKey(key: string | null): boolean {
    return key !== null && key === (this.world.options().developerApiKey ?? DEFAULT_DEVELOPER_KEY);
  }
}
