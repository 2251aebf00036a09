import type { Clients } from "../client/create-clients.ts";
import type { AssociationsApi } from "../client/resources/associations.ts";
import type { ObjectType } from "../model/object-type.ts";
import type { AssociationPath, RemoteAssociations } from "../sync/associations/remote-associations.ts";

/** The sync engine's view of associations: every one of its writes may be repeated. */
export function associationsFor(clients: Pick<Clients, "client">): RemoteAssociations {
  const apiOf = ({ tenant, lane, signal }: AssociationPath): AssociationsApi =>
    clients.client({ tenant, lane, ...(signal === undefined ? {} : { signal }) }).associations;
  const ends = ({ from, to }: AssociationPath) => [from as ObjectType, to as ObjectType] as const;
  const linksOf = (
    type: Parameters<RemoteAssociations["link"]>[1],
    writes: Parameters<RemoteAssociations["link"]>[2],
  ) => writes.map(({ fromId, toId }) => ({ fromId, toId, types: [type] }));

  return {
    types: (path) =>
      apiOf(path)
        .labels(...ends(path))
        .list(),
    async read(path, ids) {
      const outcomes = await apiOf(path).batchRead(...ends(path), ids);
      return new Map(
        outcomes.map((outcome, i) => {
          if (!outcome.ok) throw outcome.error;
          return [ids[i] ?? "", outcome.value.map(({ toId, types }) => ({ id: toId, types }))];
        }),
      );
    },
    link: (path, type, writes) => apiOf(path).batchLink(...ends(path), linksOf(type, writes)),
    unlink: (path, type, writes) => apiOf(path).batchUnlink(...ends(path), linksOf(type, writes)),
  };
}
