import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { associationType } from "../../model/association-types.ts";
import type { Tenant } from "../../ports/ids.ts";
import { suggestion } from "../../util/did-you-mean.ts";
import type { DeclaredSync } from "../declare/definition.ts";
import type { AssociationSpec, BoundAssociation } from "./association.ts";
import type { RemoteAssociations } from "./remote-associations.ts";

/**
 * Finds what each declared association is in this portal. Asks HubSpot only for labels and custom objects.
 * Throws SYNC_DECLARATION_INVALID for a sync or a label that is not there, saying what was probably meant.
 */
export async function bindAssociations(
  declared: DeclaredSync,
  others: ReadonlyMap<string, DeclaredSync>,
  port: RemoteAssociations | undefined,
  tenant: Tenant,
): Promise<readonly BoundAssociation[]> {
  const specs = Object.entries(declared.associations);
  if (specs.length === 0) return [];
  if (port === undefined)
    throw new HubspokeError("CONFIG_INVALID", `sync "${declared.name}": its associations need createHubSpoke()`);
  return Promise.all(
    specs.map(async ([name, spec]) => {
      const other = others.get(spec.sync);
      if (other === undefined)
        throw invalid(
          declared,
          name,
          `names the sync "${spec.sync}", which is not defined.${suggestion(spec.sync, others.keys())}`,
        );
      const { type, kind } = await typeOf(declared, name, spec, other.object, port, tenant);
      const { sync, localField, direction = "both", owner = "hubspot" } = spec;
      return { name, sync, object: other.object, localField, direction, owner, type, kind };
    }),
  );
}

async function typeOf(
  declared: DeclaredSync,
  name: string,
  { label }: AssociationSpec,
  to: string,
  port: RemoteAssociations,
  tenant: Tenant,
): Promise<Pick<BoundAssociation, "type" | "kind">> {
  const from = declared.object;
  const primary = label === undefined || label === "primary" ? associationType(from, to, "primary") : undefined;
  if (primary !== undefined) return { type: primary, kind: "primary" };
  const plain = label === undefined || label === "plain";
  const known = plain ? associationType(from, to) : undefined;
  if (known !== undefined) return { type: known, kind: "plain" };
  const types = await port.types({ tenant, from, to, lane: "incremental" });
  const found = types.find((type) => (plain ? type.label === null : type.label === label));
  if (found !== undefined)
    return { type: { category: found.category, typeId: found.typeId }, kind: plain ? "plain" : "label" };
  const labels = types.flatMap((type) => type.label ?? []);
  const wanted = plain ? "an association" : `the label "${label}"`;
  throw invalid(
    declared,
    name,
    `wants ${wanted} from ${from} to ${to}, which the portal does not have.${suggestion(label ?? "", labels)}`,
  );
}

function invalid({ name: sync }: DeclaredSync, association: string, what: string): HubspokeError {
  return new HubspokeError("SYNC_DECLARATION_INVALID", `sync "${sync}": association "${association}" ${what}`, {
    details: { sync, association },
  });
}
