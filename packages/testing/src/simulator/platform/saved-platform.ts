import type { Portal } from "../state/portal.ts";
import type { SavedCalling } from "./calling/calling-apps.ts";
import type { SavedDownload } from "./downloads.ts";
import type { SavedExport } from "./exports/exports.ts";
import type { SavedFiles } from "./files/file-store.ts";
import type { SavedImports } from "./imports/imports.ts";
import type { SavedJournals } from "./journal/journals.ts";
import type { SavedList } from "./lists/list-registry.ts";
import type { Platform, PortalPlatform } from "./platform.ts";
import type { SavedTemplates } from "./timeline/template.ts";
import type { TimelineEvent } from "./timeline/timeline.ts";
import type { SavedWebhookApps } from "./webhooks/webhook-apps.ts";
import type { SavedActions } from "./workflows/action-registry.ts";
import type { SavedWorkflows } from "./workflows/workflows.ts";

export interface SavedPortalPlatform {
  readonly files: SavedFiles;
  readonly lists: readonly SavedList[];
  readonly imports: SavedImports;
  readonly exports: readonly SavedExport[];
  readonly timeline: readonly TimelineEvent[];
  readonly workflows: SavedWorkflows;
}

/** Everything that is not records, as it is kept outside. */
export interface SavedPlatform {
  /** How often anything waited in the background. */
  readonly waits: number;
  readonly downloads: readonly SavedDownload[];
  readonly webhooks: SavedWebhookApps;
  readonly journals: SavedJournals;
  readonly templates: SavedTemplates;
  readonly calling: SavedCalling;
  readonly actions: SavedActions;
  /** By portal, as far as anything happened there. */
  readonly portals: readonly (readonly [number, SavedPortalPlatform])[];
}

export function savePlatform(platform: Platform): SavedPlatform {
  return {
    waits: platform.world.agenda.count,
    downloads: platform.downloads.save(),
    webhooks: platform.webhooks.save(),
    journals: platform.journals.save(),
    templates: platform.templates.save(),
    calling: platform.calling.save(),
    actions: platform.actions.save(),
    portals: platform.used().map(([id, features]) => [id, saveFeatures(features)]),
  };
}

/** Into a platform as it began, once its portals are what they were. Nothing of it goes on yet. */
export function loadPlatform(platform: Platform, saved: SavedPlatform, portals: ReadonlyMap<number, Portal>): void {
  platform.world.agenda.count = saved.waits;
  platform.downloads.load(saved.downloads);
  platform.webhooks.load(saved.webhooks);
  platform.templates.load(saved.templates);
  platform.calling.load(saved.calling);
  platform.actions.load(saved.actions);
  platform.journals.load(saved.journals, portals);
  for (const [id, features] of saved.portals) {
    const portal = portals.get(id);
    if (portal !== undefined) loadFeatures(platform.of(portal), features);
  }
}

function saveFeatures({ files, lists, imports, exports, timeline, workflows }: PortalPlatform): SavedPortalPlatform {
  return {
    files: files.save(),
    lists: lists.save(),
    imports: imports.save(),
    exports: exports.save(),
    timeline: timeline.all(),
    workflows: workflows.save(),
  };
}

function loadFeatures(features: PortalPlatform, saved: SavedPortalPlatform): void {
  features.files.load(saved.files);
  features.lists.load(saved.lists);
  features.imports.load(saved.imports);
  features.exports.load(saved.exports);
  features.timeline.load(saved.timeline);
  features.workflows.load(saved.workflows);
}
