/**
 * The one contact everybody reads, as fast as bytes can be written, so that no contestant waits for the server: any
 * request without a body is answered with the same headers and the same JSON. Tells its parent where it listens.
 */
import { type AddressInfo, createServer } from "node:net";

const contact = {
  id: "512",
  properties: {
    createdate: "2026-03-02T09:12:44.120Z",
    email: "maria.fernandes@example.com",
    firstname: "Maria",
    hs_object_id: "512",
    jobtitle: "Head of Operations",
    lastmodifieddate: "2026-11-19T16:40:01.004Z",
    lastname: "Fernandes",
    lifecyclestage: "customer",
    phone: "+1 902 555 0134",
  },
  createdAt: "2026-03-02T09:12:44.120Z",
  updatedAt: "2026-11-19T16:40:01.004Z",
  archived: false,
  url: "https://app.hubspot.com/contacts/62515/record/0-1/512",
};
const account = { portalId: 62515, accountType: "STANDARD", timeZone: "America/Halifax", uiDomain: "app.hubspot.com" };

const answers = { contact: answer(contact), account: answer(account) };
const end = Buffer.from("\r\n\r\n");

const server = createServer((socket) => {
  let waiting = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (data) => {
    waiting = waiting.length === 0 ? data : Buffer.concat([waiting, data]);
    for (let at = waiting.indexOf(end); at >= 0; at = waiting.indexOf(end)) {
      socket.write(waiting.subarray(0, at).includes("/account-info/") ? answers.account : answers.contact);
      waiting = waiting.subarray(at + end.length);
    }
  });
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());

/** With the headers HubSpot sends, and a limit nobody here comes near. */
function answer(body: unknown): Buffer {
  const text = JSON.stringify(body);
  const head = [
    "HTTP/1.1 200 OK",
    "Date: Fri, 20 Nov 2026 12:00:00 GMT",
    "Content-Type: application/json;charset=utf-8",
    `Content-Length: ${Buffer.byteLength(text)}`,
    "Connection: keep-alive",
    "x-hubspot-correlation-id: 01990000-0000-7000-8000-000000000000",
    "X-HubSpot-RateLimit-Daily: 1000000000",
    "X-HubSpot-RateLimit-Daily-Remaining: 999999999",
    "X-HubSpot-RateLimit-Interval-Milliseconds: 10000",
    "X-HubSpot-RateLimit-Max: 1000000",
    "X-HubSpot-RateLimit-Remaining: 999999",
    "vary: origin, Accept-Encoding",
    "access-control-allow-credentials: false",
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${text}`);
}
