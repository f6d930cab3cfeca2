import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import type {Json, JsonObject} from '../../json/parse';
import {Icon} from '../../ui/icon';
import {Empty} from '../../ui/states';
import {AddStepDialog} from './add_step_dialog';
import {StepCard, type StepNote} from './step_card';

interface PipelineProps {
  steps: Json[];
  stage: number;  ///< After how many steps the record is shown.
  notes: (StepNote | undefined)[];
  fault: {index: number; says: string} | undefined;
  onStage(stage: number): void;
  onChange(steps: Json[]): void;
}

/// Names for the cards, so that a card stays the same when it is moved.
function useNames(count: number) {
  const names = useRef<number[]>([]);
  const next = useRef(0);
  while (names.current.length < count) names.current.push(next.current++);
  names.current.length = count;
  return {
    all: names.current,
    move: (from: number, to: number) => names.current.splice(to, 0, ...names.current.splice(from, 1)),
    remove: (index: number) => names.current.splice(index, 1),
  };
}

/// The steps as cards, in their order.
export function Pipeline({steps, stage, notes, fault, onStage, onChange}: PipelineProps) {
  const [adding, setAdding] = useState(false);
  const names = useNames(steps.length);
  const list = useRef<HTMLOListElement>(null);
  const focus = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (!focus.current) return;
    // A button that can no longer be used gives the focus to its neighbour.
    const wanted = list.current!.querySelector<HTMLButtonElement>(focus.current);
    (wanted?.disabled ? wanted.closest('.step-tools')!.querySelector<HTMLElement>('button:enabled') : wanted)?.focus();
    focus.current = undefined;
  });

  const move = (index: number, by: -1 | 1) => {
    const next = [...steps];
    next.splice(index + by, 0, ...next.splice(index, 1));
    names.move(index, index + by);
    focus.current = `li:nth-child(${index + by + 1}) .step-tools button:nth-child(${by < 0 ? 1 : 2})`;
    onChange(next);
    onStage(index + by + 1);
  };
  const remove = (index: number) => {
    names.remove(index);
    focus.current = `li:nth-child(${Math.max(1, Math.min(index + 1, steps.length - 1))}) .step-choose`;
    onChange(steps.filter((_, at) => at !== index));
    onStage(Math.min(stage, steps.length - 1));
  };
  const add = (step: JsonObject) => {
    setAdding(false);
    const at = Math.min(stage, steps.length);
    const next = [...steps];
    next.splice(at, 0, step);
    names.all.length = steps.length;
    onChange(next);
    onStage(at + 1);
    focus.current = `li:nth-child(${at + 1}) .step-choose`;
  };
  return (
    <>
      {steps.length === 0 && <Empty icon="kinds" title="No steps yet"><p>Without steps a record is kept as it is.</p></Empty>}
      <ol class="pipeline" aria-label="Steps of the pipeline" ref={list}>
        {steps.map((step, index) => (
          <StepCard key={names.all[index]} value={step} index={index} last={index === steps.length - 1} chosen={stage === index + 1}
            note={notes[index]} fault={fault?.index === index ? fault.says : undefined}
            onChoose={() => onStage(index + 1)} onRemove={() => remove(index)} onMove={by => move(index, by)}
            onChange={value => onChange(steps.map((old, at) => (at === index ? value : old)))} />
        ))}
      </ol>
      <button type="button" class="button add" onClick={() => setAdding(true)}><Icon name="plus" />Add a step
        {steps.length > 0 && <span class="soft">{stage >= steps.length ? 'at the end' : stage === 0 ? 'at the beginning' : `after step ${stage}`}</span>}</button>
      {adding && <AddStepDialog onAdd={add} onClose={() => setAdding(false)} />}
    </>
  );
}
