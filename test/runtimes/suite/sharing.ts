import { Publisher, PublisherError } from "dexcom-share-ts/publisher";
import { Subscriber } from "dexcom-share-ts/subscriber";
import { equal, rejects, simulated, type Case } from "./case.ts";
import { ACCOUNT } from "./service.ts";

const SERIAL = "SM00000000";

export const SHARING: readonly Case[] = [
  [
    "what a publisher uploads the reader and the follower read",
    async () => {
      const { dexcom, simulator, clock, run } = simulated({}, { accounts: [{ ...ACCOUNT, readings: [] }] });
      const publisher = new Publisher({ ...ACCOUNT, fetch: simulator.fetch, clock });
      await run(publisher.replaceReceiver(SERIAL));
      const [posted] = await run(
        publisher.postReadings(SERIAL, [{ mgDl: 97, trend: "Flat", datetime: new Date(clock.now()) }]),
      );
      equal(posted!.outcome, "accepted");
      const [follower] = simulator.listFollowers(ACCOUNT.username);
      const { accountId, secret, subscriptionId } = follower!;
      const subscriber = new Subscriber({ accountId, secret, fetch: simulator.fetch, clock });
      const readings = [
        await run(dexcom.getLatestGlucoseReading()),
        ...(await run(subscriber.getGlucoseReadings(subscriptionId))),
      ];
      equal(
        readings.map((reading) => [reading!.mgDl, reading!.trendDirection, reading!.datetime.getTime()]),
        Array(2).fill([97, "Flat", clock.now()]),
      );
    },
  ],
  [
    "what the service refuses of a publisher's has its own class and code",
    async () => {
      const { simulator, clock, run } = simulated();
      const publisher = new Publisher({ ...ACCOUNT, fetch: simulator.fetch, clock });
      await run(publisher.createContact("Friend", "friend@example.com"));
      await rejects(run(publisher.createContact("Friend", "other@example.com")), PublisherError, "CONTACT_NAME_TAKEN");
    },
  ],
];
