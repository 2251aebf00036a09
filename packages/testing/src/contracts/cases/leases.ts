import type { Storage } from "@hubspoke/core/ports";
import { holds, same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race } from "../race.ts";

/** What a lease store must do. */
export const leaseCases: readonly ContractCase<Pick<Storage, "leases">>[] = [
  {
    id: "leases.race.one-holder",
    async run(t) {
      const taken = await race(t, ({ leases }, i) => leases.acquire("job", `h${i}`, t.now, 100));
      same(taken.filter((lease) => lease !== null).length, 1, "one of many racers holds the lease");
      const again = await race(t, ({ leases }, i) => leases.acquire("job", `h${i}`, t.now + 100, 100));
      same(again.filter((lease) => lease !== null).length, 1, "and one of many takes over a lapsed one");
    },
  },
  {
    id: "leases.exclusive",
    async run(t) {
      const { leases } = await t.open();
      const first = await leases.acquire("job", "h1", t.now, 100);
      same(await leases.acquire("job", "h2", t.now + 99, 100), null, "a live lease excludes others");
      same(await leases.acquire("job", "h1", t.now + 99, 100), null, "its holder's namesake too");
      holds((await leases.acquire("other", "h2", t.now, 100)) !== null, "names are apart");
      const second = await leases.acquire("job", "h2", t.now + 100, 100);
      holds((second?.fence ?? 0) > (first?.fence ?? 0), "a lapsed one is taken over under a higher fence");
    },
  },
  {
    id: "leases.clock-back",
    async run(t) {
      const { leases } = await t.open();
      const lease = await leases.acquire("job", "h1", t.now, 100);
      same(await leases.acquire("job", "h2", t.now - 5_000, 100), null, "a clock that goes back frees nothing");
      same(await leases.holds("job", lease?.fence ?? 0, t.now - 5_000), true, "the holder still holds");
    },
  },
  {
    id: "leases.old-fence",
    async run(t) {
      const { leases } = await t.open();
      const old = (await leases.acquire("job", "h1", t.now, 100))?.fence ?? 0;
      const current = (await leases.acquire("job", "h2", t.now + 100, 100))?.fence ?? 0;
      same(await leases.renew("job", old, t.now + 110, 900), false, "a lost lease is not renewed");
      same(await leases.holds("job", old, t.now + 110), false, "nor held");
      await leases.release("job", old);
      same(await leases.holds("job", current, t.now + 110), true, "its release frees nothing of the new holder's");
    },
  },
  {
    id: "leases.lapsed",
    async run(t) {
      const { leases } = await t.open();
      const fence = (await leases.acquire("job", "h1", t.now, 100))?.fence ?? 0;
      same(await leases.holds("job", fence, t.now + 99), true, "held to the end");
      same(await leases.holds("job", fence, t.now + 100), false, "and not beyond");
      same(await leases.renew("job", fence, t.now + 100, 900), false, "a holder that slept past its lease is told");
    },
  },
  {
    id: "leases.renew",
    async run(t) {
      const { leases } = await t.open();
      const fence = (await leases.acquire("job", "h1", t.now, 100))?.fence ?? 0;
      same(await leases.renew("job", fence, t.now + 50, 100), true, "the holder renews");
      same(await leases.renew("job", fence, t.now + 60, 10), true, "renewing never shortens");
      same(await leases.acquire("job", "h2", t.now + 149, 100), null, "it holds that much longer");
      holds((await leases.acquire("job", "h2", t.now + 150, 100)) !== null, "and ends");
    },
  },
  {
    id: "leases.release",
    async run(t) {
      const { leases } = await t.open();
      const first = (await leases.acquire("job", "h1", 0, 100))?.fence ?? 0;
      await leases.release("job", first);
      same(await leases.holds("job", first, 0), false, "a released lease is not held");
      const second = (await leases.acquire("job", "h1", 0, 100))?.fence ?? 0;
      holds(second > first, "it is free at once, and no fence is given out twice");
    },
  },
  {
    id: "leases.peer",
    needs: ["shared"],
    async run(t) {
      const fence = (await (await t.open()).leases.acquire("job", "h1", t.now, 100))?.fence ?? 0;
      const { leases } = await t.peer();
      same(await leases.acquire("job", "h2", t.now, 100), null, "a lease excludes other handles");
      await leases.release("job", fence);
      same(await (await t.open()).leases.holds("job", fence, t.now), false, "and its end is seen by all");
    },
  },
];
