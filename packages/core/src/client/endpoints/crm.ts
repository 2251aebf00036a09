// Paths from the list of HubSpot's own SDK for 2026-03 (Apache-2.0), in the spelling of 2026-09.

/** Records, their definitions, and what surrounds them. By address up to the version: verb and rest of the path of every call. Types only. */
// biome-ignore format: wrapped by hand, or it would be one line per call
export interface CrmEndpoints {
  "/crm-object-schemas/{version}": | "GET /schemas" | "POST /schemas" | "POST /schemas/batch/read"
    | "DELETE /schemas/{objectType}" | "GET /schemas/{objectType}" | "PATCH /schemas/{objectType}"
    | "POST /schemas/{objectType}/associations" | "DELETE /schemas/{objectType}/associations/{associationIdentifier}";
  "/crm/associations/{version}": | "GET /definitions/configurations/all"
    | "GET /definitions/configurations/{fromObjectType}/{toObjectType}"
    | "POST /definitions/configurations/{fromObjectType}/{toObjectType}/batch/create"
    | "POST /definitions/configurations/{fromObjectType}/{toObjectType}/batch/purge"
    | "POST /definitions/configurations/{fromObjectType}/{toObjectType}/batch/update"
    | "POST /usage/high-usage-report/{userId}" | "POST /{fromObjectType}/{toObjectType}/batch/archive"
    | "POST /{fromObjectType}/{toObjectType}/batch/associate/default"
    | "POST /{fromObjectType}/{toObjectType}/batch/labels/archive"
    | "POST /{fromObjectType}/{toObjectType}/batch/read" | "GET /{fromObjectType}/{toObjectType}/labels"
    | "POST /{fromObjectType}/{toObjectType}/labels" | "PUT /{fromObjectType}/{toObjectType}/labels"
    | "DELETE /{fromObjectType}/{toObjectType}/labels/{associationTypeId}"
    | "POST /{fromObjectType}/{toObjectType}/batch/create";
  "/crm/exports/{version}": | "POST /export/async" | "GET /export/async/tasks/{taskId}/status"
    | "GET /export/{exportId}";
  "/crm/extensions/calling/{version}": | "POST /inbound-call" | "POST /recordings/ready" | "POST /transcripts"
    | "DELETE /transcripts/{transcriptId}" | "GET /transcripts/{transcriptId}" | "DELETE /{appId}/settings"
    | "GET /{appId}/settings" | "PATCH /{appId}/settings" | "POST /{appId}/settings"
    | "DELETE /{appId}/settings/channel-connection" | "GET /{appId}/settings/channel-connection"
    | "PATCH /{appId}/settings/channel-connection" | "POST /{appId}/settings/channel-connection"
    | "GET /{appId}/settings/recording" | "PATCH /{appId}/settings/recording" | "POST /{appId}/settings/recording";
  "/crm/extensions/cards-dev/{version}": | "GET /sample-response" | "GET /{appId}" | "POST /{appId}"
    | "POST /{appId}/views/migrate" | "DELETE /{appId}/{cardId}" | "GET /{appId}/{cardId}" | "PATCH /{appId}/{cardId}";
  "/crm/extensions/videoconferencing/{version}": | "DELETE /settings/{appId}" | "GET /settings/{appId}"
    | "PUT /settings/{appId}";
  "/crm/imports/{version}": | "GET " | "POST " | "GET /{importId}" | "POST /{importId}/cancel"
    | "GET /{importId}/errors";
  "/crm/limits/{version}": | "GET /associations/labels" | "GET /associations/records/from"
    | "GET /associations/records/{fromObjectTypeId}/to"
    | "GET /associations/records/{fromObjectTypeId}/{toObjectTypeId}" | "GET /calculated-properties"
    | "GET /custom-object-types" | "GET /custom-properties" | "GET /pipelines" | "GET /records";
  "/crm/lists/{version}": | "GET " | "POST " | "GET /folders" | "POST /folders" | "PUT /folders/move-list"
    | "DELETE /folders/{folderId}" | "PUT /folders/{folderId}/move/{newParentFolderId}"
    | "PUT /folders/{folderId}/rename" | "GET /idmapping" | "POST /idmapping"
    | "GET /object-type-id/{objectTypeId}/name/{listName}" | "POST /records/memberships/batch/read"
    | "GET /records/{objectTypeId}/{recordId}/memberships" | "POST /search" | "DELETE /{listId}" | "GET /{listId}"
    | "DELETE /{listId}/memberships" | "GET /{listId}/memberships" | "PUT /{listId}/memberships/add"
    | "PUT /{listId}/memberships/add-and-remove" | "PUT /{listId}/memberships/add-from/{sourceListId}"
    | "GET /{listId}/memberships/join-order" | "PUT /{listId}/memberships/remove" | "PUT /{listId}/restore"
    | "DELETE /{listId}/schedule-conversion" | "GET /{listId}/schedule-conversion"
    | "PUT /{listId}/schedule-conversion" | "GET /{listId}/size-and-edits-history/between"
    | "PUT /{listId}/update-list-filters" | "PUT /{listId}/update-list-name";
  "/crm/object-library/{version}": | "GET /enablement" | "GET /enablement/{objectTypeId}";
  "/crm/objects/{version}": | "PUT /{fromObjectType}/{fromObjectId}/associations/default/{toObjectType}/{toObjectId}"
    | "GET /{objectType}" | "POST /{objectType}" | "POST /{objectType}/batch/archive"
    | "POST /{objectType}/batch/create" | "POST /{objectType}/batch/read" | "POST /{objectType}/batch/update"
    | "POST /{objectType}/batch/upsert" | "POST /{objectType}/merge" | "POST /{objectType}/search"
    | "DELETE /{objectType}/{objectId}" | "GET /{objectType}/{objectId}" | "PATCH /{objectType}/{objectId}"
    | "GET /{objectType}/{objectId}/associations/{toObjectType}"
    | "DELETE /{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}"
    | "PUT /{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}";
  "/crm/owners/{version}": | "GET " | "GET /{ownerId}";
  "/crm/pipelines/{version}": | "GET /{objectType}" | "POST /{objectType}" | "DELETE /{objectType}/{pipelineId}"
    | "GET /{objectType}/{pipelineId}" | "PATCH /{objectType}/{pipelineId}" | "PUT /{objectType}/{pipelineId}"
    | "GET /{objectType}/{pipelineId}/audit" | "GET /{objectType}/{pipelineId}/stages"
    | "POST /{objectType}/{pipelineId}/stages" | "DELETE /{objectType}/{pipelineId}/stages/{stageId}"
    | "GET /{objectType}/{pipelineId}/stages/{stageId}" | "PATCH /{objectType}/{pipelineId}/stages/{stageId}"
    | "PUT /{objectType}/{pipelineId}/stages/{stageId}" | "GET /{objectType}/{pipelineId}/stages/{stageId}/audit";
  "/crm/properties/{version}": | "GET /{objectType}" | "POST /{objectType}" | "POST /{objectType}/batch/archive"
    | "POST /{objectType}/batch/create" | "POST /{objectType}/batch/read" | "GET /{objectType}/groups"
    | "POST /{objectType}/groups" | "DELETE /{objectType}/groups/{groupName}" | "GET /{objectType}/groups/{groupName}"
    | "PATCH /{objectType}/groups/{groupName}" | "DELETE /{objectType}/{propertyName}"
    | "GET /{objectType}/{propertyName}" | "PATCH /{objectType}/{propertyName}";
  "/crm/property-validations/{version}": | "GET /{objectTypeId}" | "GET /{objectTypeId}/{propertyName}"
    | "GET /{objectTypeId}/{propertyName}/rule-type/{ruleType}"
    | "PUT /{objectTypeId}/{propertyName}/rule-type/{ruleType}";
  "/deal-splits/{version}": | "POST /batch/read" | "POST /batch/upsert";
}
