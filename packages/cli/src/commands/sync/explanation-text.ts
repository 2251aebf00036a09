import type { AssociationExplanation, Explanation, FieldExplanation } from "@hubspoke/core/sync";
import { columns } from "../../base/text.ts";

/** An explanation as people read it. Values where it has them; the ids of other records, which are nobody's data. */
export function explanationText(sync: string, found: Explanation): string {
  const { localId, hubspotId, state, quarantined, fields, associations, next } = found;
  const where = `${sync}: local ${localId ?? "none"}, HubSpot ${hubspotId ?? "none"}, ${state}`;
  const head = ["field", "rule", "agreed", "local", "HubSpot", ""];
  const rows = [head, ...fields.map(fieldRow), ...associations.map(associationRow)];
  const waits = fields.some(({ waitsForReview }) => waitsForReview);
  // What waits is written by nobody, and the planner calls that equal: read beside two values it would be a lie.
  const does = next.filter((name) => !(waits && name === "equal"));
  const nothing = waits ? "nothing before the review is settled" : "nothing";
  const will = does.length === 0 ? nothing : does.join(", ");
  return `${where}${quarantined ? ", quarantined" : ""}\n${columns(rows)}next: ${will}\n`;
}

function fieldRow({ name, rule, agreed, refused, waitsForReview, ...field }: FieldExplanation): readonly string[] {
  const notes = [...(waitsForReview ? ["waits for review"] : []), ...(refused === null ? [] : [refused])];
  return [
    name,
    rule,
    agreed ? "yes" : "no",
    sideText(field.localChanged, field.values && JSON.stringify(field.values.local)),
    sideText(field.hubspotChanged, field.values && JSON.stringify(field.values.hubspot)),
    notes.join(", "),
  ];
}

/** Under the fields: `→ companies` for the record of another sync that this one names. */
function associationRow(association: AssociationExplanation): readonly string[] {
  const { name, sync, owner, agreed, localChanged, hubspotChanged, local, hubspot, next } = association;
  return [
    `${name} → ${sync}`,
    owner,
    agreed ? "yes" : "no",
    sideText(localChanged, local ?? "none"),
    sideText(hubspotChanged, hubspot ?? "none"),
    next,
  ];
}

function sideText(changed: boolean, shown: string | undefined): string {
  return `${changed ? "changed" : "as agreed"}${shown === undefined ? "" : ` ${shown}`}`;
}
