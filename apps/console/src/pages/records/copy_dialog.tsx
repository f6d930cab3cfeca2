import {useState} from 'preact/hooks';
import type {Json} from '../../json/parse';
import {Copyable} from '../../ui/copyable';
import {Dialog} from '../../ui/dialog';
import {Tabs} from '../../ui/tabs';
import {type Language, asCode, tabs} from './copy_as';
import {requestOf} from './use_records';

/// The query as code, in three languages.
export function CopyDialog({kind, filter, sort, onClose}: {kind: string; filter: Json; sort: string; onClose(): void}) {
  const [language, setLanguage] = useState<Language>('curl');
  return (
    <Dialog title="This query as code" onClose={onClose}>
      <Tabs<Language> label="Language" tabs={tabs} chosen={language} onChoose={setLanguage}>
        <Copyable label={`The query as ${language}`} rows={16} text={asCode(language, requestOf(kind, filter, sort))}
          hint="Put your user and password, or a key, in their places." />
      </Tabs>
    </Dialog>
  );
}
