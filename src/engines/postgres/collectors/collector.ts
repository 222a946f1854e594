import type { ArtifactResult } from "../../../model/artifact.ts";
import type { ArtifactName, ArtifactTypes } from "../../../model/capture.ts";
import type { CollectContext, Collector } from "../../engine.ts";
import { absenceOf, isConnectionLost, isLockNotAvailable } from "../errors.ts";
import type { PostgresSession } from "../session.ts";

interface Definition<K extends ArtifactName> {
  readonly artifact: K;
  /** The line that helps when the server refuses the read. */
  hint(session: PostgresSession): string;
  collect(session: PostgresSession, context: CollectContext): Promise<ArtifactResult<ArtifactTypes[K]>>;
}

/**
 * A collector that answers a refusal, a timeout or another error of the server with `absent`; a lost connection throws.
 * A lock that came after the look for blocked relations is met once: the second look sees it.
 */
export function defineCollector<K extends ArtifactName>(definition: Definition<K>): Collector<PostgresSession, K> {
  return {
    artifact: definition.artifact,
    async collect(session, context) {
      try {
        return await definition.collect(session, context).catch((error: unknown) => {
          if (isLockNotAvailable(error)) return definition.collect(session, context);
          throw error;
        });
      } catch (error) {
        if (isConnectionLost(error)) throw error;
        return absenceOf(error, definition.hint(session));
      }
    },
  };
}
