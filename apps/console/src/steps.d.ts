/// The steps as docs/steps.md describes them; the build makes it (step_catalogue.mjs).
declare module 'dropzone:steps' {
  interface StepParameter {
    name: string;
    form: 'text' | 'number' | 'list' | 'flag' | 'json' | 'script';
    says: string;
  }
  interface StepDescription {
    name: string;
    says: string;
    parameters: StepParameter[];
    example: import('./json/parse').JsonObject;
  }
  const steps: StepDescription[];
  export default steps;
  export type {StepDescription, StepParameter};
}
