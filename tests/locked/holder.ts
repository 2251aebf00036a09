import { DatabaseSync } from "node:sqlite";

// Another program on the file: holds its write lock until it is told to let go.
const database = new DatabaseSync(process.argv[2] as string);
database.exec("begin immediate; update hubspoke_tenants set status = status");
process.stdout.write("locked\n");
process.stdin.once("data", () => {
  database.exec("rollback");
  database.close();
  process.stdout.write("free\n");
  process.stdin.unref();
});
