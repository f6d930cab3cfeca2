import {useState} from 'preact/hooks';
import {asProblem} from '../../api/problem';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {Menu} from '../../ui/menu';
import {saveFile} from '../../ui/save_file';

const formats = [
  {format: 'ndjson', title: 'NDJSON: rejects with their reasons', name: 'rejects.ndjson'},
  {format: 'csv', title: 'CSV: for a spreadsheet', name: 'rejects.csv'},
  {format: 'originals', title: 'Originals: to correct and store', name: 'originals.ndjson'},
] as const;

/// Downloads all rejects of a kind, or of all.
export function DownloadMenu({kind}: {kind: string}) {
  const {client} = useSession();
  const [state, setState] = useState('');
  const download = async ({format, name}: (typeof formats)[number]) => {
    setState('Downloading…');
    try {
      const answer = await client.send('rejects', {query: {format, kind: kind || undefined}});
      saveFile(`${kind || 'all'}-${name}`, await answer.blob());
      setState('');
    } catch (thrown) {
      setState(asProblem(thrown).detail);
    }
  };
  return (
    <>
      <Menu label="Download" button={<><Icon name="download" />Download</>}>
        {formats.map(one => <button key={one.format} type="button" onClick={() => void download(one)}>{one.title}</button>)}
      </Menu>
      {state && <span class="soft small" role="status">{state}</span>}
    </>
  );
}
