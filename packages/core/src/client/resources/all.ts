import type { ObjectType } from "../../model/object-type.ts";
import { type LimitsApi, limitsApi } from "./account.ts";
import { type AppEventsApi, appEventsApi } from "./app-events.ts";
import { type AssociationsApi, associationsApi } from "./associations.ts";
import { type ExportsApi, exportsApi } from "./exports.ts";
import { type FilesApi, filesApi } from "./files.ts";
import { type ImportsApi, importsApi } from "./imports.ts";
import { type ListsApi, listsApi } from "./lists.ts";
import { type OwnersApi, ownersApi } from "./owners.ts";
import { type PipelinesApi, pipelinesApi } from "./pipelines.ts";
import { type PropertiesApi, propertiesApi } from "./properties.ts";
import type { Rest } from "./rest.ts";
import { type SchemasApi, schemasApi } from "./schemas.ts";
import { type Download, type WebhookJournalApi, webhookJournalApi } from "./webhook-journal.ts";
import { type WebhookSettingsApi, webhookSettingsApi } from "./webhook-settings.ts";
import {
  type WorkflowActionsApi,
  type WorkflowCallbacksApi,
  workflowActionsApi,
  workflowCallbacksApi,
} from "./workflow-actions.ts";

/** Everything of an account that is not a record. Where `allow` is given, it names these like objects: `{ owners: "read" }`. */
export interface Resources {
  readonly associations: AssociationsApi;
  readonly owners: OwnersApi;
  readonly schemas: SchemasApi;
  readonly lists: ListsApi;
  readonly files: FilesApi;
  readonly imports: ImportsApi;
  readonly exports: ExportsApi;
  readonly appEvents: AppEventsApi;
  readonly workflowCallbacks: WorkflowCallbacksApi;
  readonly limits: LimitsApi;
  properties(object: ObjectType): PropertiesApi;
  pipelines(object: ObjectType): PipelinesApi;
  workflowActions(appId: string): WorkflowActionsApi;
  webhookSettings(appId: string): WebhookSettingsApi;
  /** `local`: only what happened in the token's own account. */
  webhookJournal(options?: { readonly local?: boolean }): WebhookJournalApi;
}

export interface ResourceDeps {
  readonly rest: Rest;
  readonly download: Download;
  /** Told when properties of an object are changed. */
  readonly propertiesChanged: (object: string) => void;
}

export function resources({ rest, download, propertiesChanged }: ResourceDeps): Resources {
  return {
    associations: associationsApi(rest),
    owners: ownersApi(rest),
    schemas: schemasApi(rest),
    lists: listsApi(rest),
    files: filesApi(rest),
    imports: importsApi(rest),
    exports: exportsApi(rest),
    appEvents: appEventsApi(rest),
    workflowCallbacks: workflowCallbacksApi(rest),
    limits: limitsApi(rest),
    properties: (object) => propertiesApi(rest, object, () => propertiesChanged(object)),
    pipelines: (object) => pipelinesApi(rest, object),
    workflowActions: (appId) => workflowActionsApi(rest, appId),
    webhookSettings: (appId) => webhookSettingsApi(rest, appId),
    webhookJournal: (options) => webhookJournalApi(rest, download, options?.local ?? false),
  };
}
