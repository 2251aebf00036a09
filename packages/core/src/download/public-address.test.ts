import fc from "fast-check";
import { expect, test } from "vitest";
import { systemClock } from "../platform/system-clock.ts";
import type { FileFetcher } from "../ports/file-fetcher.ts";
import { createDownloader } from "./guarded-downloader.ts";
import { isAddress, isPublicAddress } from "./public-address.ts";

const publicOnes = [
  "8.8.8.8",
  "1.1.1.1",
  "172.15.255.255",
  "172.32.0.1",
  "100.63.255.255",
  "100.128.0.1",
  "192.0.1.1",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2001:4860:4860::8888",
  "2a00:1450:4001:82a::200e",
  "::ffff:8.8.8.8",
  "64:ff9b::808:808",
];
const closedOnes = [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.168.1.1",
  "198.18.0.1",
  "203.0.113.9",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::7f00:1",
  "::ffff:127.0.0.1",
  "::ffff:a9fe:a9fe",
  "64:ff9b::7f00:1",
  "64:ff9b::169.254.169.254",
  "64:ff9b:1::808:808",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "2002:808:808::1",
  "2606:4700::5efe:10.0.0.1",
  "2606:4700::200:5efe:7f00:1",
  "3fff::1",
  "5f00::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
];

test.each(publicOnes)("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));
test.each(closedOnes)("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));

test("what is no address is not public, and reading it never fails", () => {
  for (const text of [
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "256.1.1.1",
    ":::",
    "1::2::3",
    "::ffff:1.2.3.400",
    "12345::",
  ]) {
    expect([isAddress(text), isPublicAddress(text)], text).toEqual([false, false]);
  }
  fc.assert(fc.property(fc.string(), (text) => void isPublicAddress(text)));
});

test("every spelling of an IPv6 address is read alike, and every IPv4 address behind a mapping as itself", () => {
  const word = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (words) => {
      const long = words.map((one) => one.toString(16).padStart(4, "0")).join(":");
      const short = new URL(`https://[${long}]/`).hostname.slice(1, -1);
      expect(isAddress(short)).toBe(true);
      expect(isPublicAddress(short)).toBe(isPublicAddress(long));
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      for (const prefix of ["::ffff:", "64:ff9b::"]) {
        expect(isPublicAddress(prefix + address)).toBe(isPublicAddress(address));
      }
    }),
  );
});

/** The same hosts as somebody who wants in would write them. */
const traps = [
  "http://recordings.example.com/a.mp3",
  "ftp://recordings.example.com/",
  "file:///etc/passwd",
  "data:audio/mpeg;base64,AAAA",
  "gopher://127.0.0.1:6379/_FLUSHALL",
  "//169.254.169.254/latest",
  "https://",
  "not an address",
  `https://recordings.example.com/${"a".repeat(9_000)}`,
  "https://user:password@recordings.example.com/",
  "https://recordings.example.com@127.0.0.1/",
  "https://recordings.example.com:22/",
  "https://recordings.example.com:8443/",
  "https://127.0.0.1/",
  "https://127.1/",
  "https://0/",
  "https://0.0.0.0/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.1/",
  "https://0177.0.0.1/",
  "https://017700000001/",
  "https://127.0.0.1./",
  "https://①②⑦.⓪.⓪.①/",
  "https://１２７.0.0.1/",
  "https://127。0。0。1/",
  "https://10.0.0.1/",
  "https://192.168.0.1/",
  "https://172.16.0.1/",
  "https://169.254.169.254/latest/meta-data/",
  "https://2852039166/",
  "https://0xa9.254.0251.254/",
  "https://100.100.100.200/",
  "https://168.63.129.16/",
  "https://[::]/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:a9fe:a9fe]/",
  "https://[0:0:0:0:0:ffff:7f00:1]/",
  "https://[64:ff9b::a9fe:a9fe]/",
  "https://[2002:7f00:1::]/",
  "https://[fd00:ec2::254]/",
  "https://[fe80::1]/",
];

test.each(traps)("S21: %s is refused before anything is looked up or connected", async (url) => {
  const asked: string[] = [];
  const fetcher: FileFetcher = {
    pinsAddress: true,
    async fetch(request) {
      asked.push(request.url);
      throw new Error("reached");
    },
  };
  const download = createDownloader({ fetcher, clock: systemClock }).download(url, { types: ["audio/*"] });
  await expect(download).rejects.toMatchObject({ code: "DOWNLOAD_REFUSED" });
  expect(asked).toEqual([]);
});

test.each([
  [{ hosts: ["https://example.com"] }, "downloads.hosts"],
  [{ hosts: ["*"] }, "downloads.hosts"],
  [{ ports: [0] }, "downloads.ports"],
  [{ maxBytes: 0 }, "downloads.maxBytes"],
  [{ timeoutMs: 1.5 }, "downloads.timeoutMs"],
])("%j is CONFIG_INVALID", (settings, says) => {
  const fetcher: FileFetcher = { pinsAddress: true, fetch: () => Promise.reject(new Error("not asked")) };
  expect(() => createDownloader({ fetcher, clock: systemClock }, settings)).toThrow(says);
});
