import {useEffect, useState} from 'preact/hooks';
import {type Problem, asProblem} from '../api/problem';
import {Icon} from '../ui/icon';
import type {Credentials} from './credentials';
import {type Provider, begin, complete, hostOf, readProvider, takeAnswer} from './provider';

interface SingleSignOnProps {
  busy: boolean;
  onBusy(busy: boolean): void;
  onCredentials(credentials: Credentials): Promise<void>;
  onProblem(problem: Problem | undefined): void;
}

/// Offers to sign in at the provider, if the server has one; goes on if somebody comes back from there.
export function SingleSignOn({busy, onBusy, onCredentials, onProblem}: SingleSignOnProps) {
  const [provider, setProvider] = useState<Provider>();
  const attempt = async (work: () => Promise<void>) => {
    onBusy(true);
    onProblem(undefined);
    try {
      await work();
    } catch (thrown) {
      onProblem(asProblem(thrown));
    }
    onBusy(false);
  };
  useEffect(() => {
    const control = new AbortController();
    readProvider(control.signal).then(found => {
      if (control.signal.aborted || !found) return;
      setProvider(found);
      const answer = takeAnswer();
      if (answer) void attempt(async () => onCredentials(await complete(found, answer)));
    }, () => {});  // Without it there are the other ways.
    return () => control.abort();
  }, []);
  if (!provider) return null;
  return (
    <div class="single-sign-on">
      <button type="button" class="button" disabled={busy} onClick={() => void attempt(() => begin(provider))}>
        <Icon name="shield" />Sign in with {hostOf(provider)}</button>
      <span class="or">or</span>
    </div>
  );
}
