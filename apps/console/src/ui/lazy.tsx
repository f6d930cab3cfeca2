import type {ComponentType} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {Problem} from '../api/problem';
import {Failure, Loading} from './states';

/// A component that is fetched when it is shown first: the first page does without it. The import()
/// stands in `load`, so that the bundler sees it.
export function lazy<Props extends object>(what: string, load: () => Promise<ComponentType<Props>>) {
  let loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [Shown, setShown] = useState(() => loaded);
    const [failed, setFailed] = useState(false);
    const [round, setRound] = useState(0);
    useEffect(() => {
      if (Shown) return undefined;
      let gone = false;
      setFailed(false);
      load().then(component => {
        loaded = component;
        if (!gone) setShown(() => component);
      }, () => { if (!gone) setFailed(true); });
      return () => { gone = true; };
    }, [round]);
    if (Shown) return <Shown {...props} />;
    if (!failed) return <div class="page"><Loading what={what} lines={8} /></div>;
    return (
      <div class="page">
        <Failure title="This part of the console could not be loaded" retry={() => setRound(count => count + 1)}
          problem={new Problem(0, 'unreachable', 'If the server was updated meanwhile, reload the page.')} />
      </div>
    );
  };
}
