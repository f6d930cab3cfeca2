import {useEffect, useState} from 'preact/hooks';
import {useLocation, formatLocation, navigate} from '../../router/location';
import {useSession} from '../../session/session';
import {Icon} from '../../ui/icon';
import {Chooser} from './chooser';
import type {Source} from './source';
import {Storing} from './storing';
import {Trials} from './trials';
import {Upload, type IfExists} from './upload';

/// Takes files and pasted text, shows what would become of them, and stores them.
export function DropPage() {
  const {client, access} = useSession();
  const kinds = access.kinds('write');
  const wanted = useLocation().query['kind'] ?? '';
  const kind = kinds.includes(wanted) ? wanted : kinds[0] ?? '';
  const [source, setSource] = useState<Source>();
  const [ifExists, setIfExists] = useState<IfExists>('fail');
  const [upload, setUpload] = useState<Upload>();
  const [, redraw] = useState({});
  const [dragged, setDragged] = useState(false);

  useEffect(() => {
    if (upload) return;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragged(true);
    };
    const leave = (event: DragEvent) => { if (!event.relatedTarget) setDragged(false); };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragged(false);
      const file = event.dataTransfer?.files[0];
      if (file) setSource({name: file.name, size: file.size, content: file});
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [upload]);

  const store = () => {
    const begun: Upload = new Upload(client, source!, kind, ifExists, () => redraw({}));
    setUpload(begun);
    void begun.start();
  };
  const again = () => {
    setUpload(undefined);
    setSource(undefined);
  };

  return (
    <div class="page drop-page">
      <div class="page-head">
        <div><h1>Drop</h1><p class="soft">See what would become of your records. Then store them.</p></div>
        <div class="toolbar push">
          <label class="inline-field"><span>Kind</span>
            <select class="select" value={kind} disabled={upload !== undefined}
              onChange={event => navigate(formatLocation({path: ['drop'], query: {kind: event.currentTarget.value}}), {replace: true})}>
              {kinds.map(name => <option key={name}>{name}</option>)}
            </select>
          </label>
          <label class="inline-field"><span>If an _id exists</span>
            <select class="select" value={ifExists} disabled={upload !== undefined}
              onChange={event => setIfExists(event.currentTarget.value as IfExists)}>
              <option value="fail">report it</option><option value="replace">replace the record</option><option value="skip">skip it</option>
            </select>
          </label>
        </div>
      </div>
      {upload ? <Storing upload={upload} kind={kind} onAgain={again} /> :
        source ? <Trials key={kind} source={source} kind={kind} onStore={store} onAgain={again} /> :
        <Chooser dragged={dragged} onSource={setSource} />}
      {dragged && source && !upload && <div class="drop-veil"><Icon name="drop" />Drop the file here instead</div>}
    </div>
  );
}
