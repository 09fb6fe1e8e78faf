// What each rule is about, in a sentence for those who meet it for the first time.

export interface Rule {
  readonly title: string
  readonly why: string
}

const REFUSED = 'Tekton refuses the object, or every run of it.'
const INJECTION =
  'Tekton pastes values into texts before anything reads them. What becomes part of a program can be a command, so values belong into the environment, where no interpreter reads them.'

export const RULES: Readonly<Record<string, Rule>> = {
  'yaml-invalid': { title: 'No YAML', why: 'Kubernetes cannot read the file.' },
  'schema-not-json': {
    title: 'A schema that is no JSON',
    why: 'The bundle carries the schema as it is, and it is read as JSON.',
  },
  'unknown-field': { title: 'A field that Tekton does not know', why: REFUSED },
  'field-case': {
    title: 'A field in other letters than its own',
    why: 'Kubernetes drops a field that is not written exactly as Tekton calls it.',
  },
  'wrong-type': { title: 'A value of another type than the field has', why: REFUSED },
  'version-not-served': { title: 'A version that Tekton does not serve any more', why: REFUSED },
  'name-twice': { title: 'A name that is given twice', why: REFUSED },
  'name-invalid': { title: 'A name that Tekton does not take', why: REFUSED },
  'variable-unknown': { title: 'A param that nobody declares', why: REFUSED },
  'param-misused': { title: 'A list or object where only text can stand', why: REFUSED },
  'param-type': { title: 'A type of params that Tekton does not have', why: REFUSED },
  'param-default-type': { title: 'A default of another type than its param', why: REFUSED },
  'task-param-without-value': { title: 'A param of a task that is given no value', why: REFUSED },
  'task-reference': { title: 'A task that runs nothing, or two things', why: REFUSED },
  'task-unknown': { title: 'A task to wait for that does not exist', why: REFUSED },
  'order-circular': { title: 'Tasks that wait for each other', why: REFUSED },
  'workspace-unknown': { title: 'A workspace that the Pipeline does not declare', why: REFUSED },
  'steps-missing': { title: 'A Task without steps', why: REFUSED },
  'step-without-image': { title: 'A step without an image', why: REFUSED },
  'step-contradiction': { title: 'Fields of a step that exclude each other', why: REFUSED },
  'duration-invalid': { title: 'A text that is no duration', why: REFUSED },
  'too-many-objects': {
    title: 'More objects than a bundle may hold',
    why: 'Tekton resolves nothing from a bundle of more than 20 objects.',
  },
  'registration-invalid': {
    title: 'A registration that would be refused',
    why: 'A Playbook that cannot be registered cannot be run.',
  },
  precondition: {
    title: 'A precondition that cannot be judged',
    why: 'A Playbook that cannot be registered cannot be run.',
  },
  'param-in-script': { title: 'A param pasted into a script', why: INJECTION },
  'param-in-shell-args': { title: 'A param pasted into the program of a shell', why: INJECTION },
  'param-as-program': {
    title: 'A param that is a program',
    why: 'Whoever sets the param runs anything, with the rights of the run.',
  },
  'param-in-image': {
    title: 'A param that chooses the image',
    why: 'Whoever sets the param chooses what runs, with the rights of the run.',
  },
  'param-in-resolver': {
    title: 'A param that chooses what is resolved',
    why: 'Whoever sets the param chooses what runs, with the rights of the run.',
  },
  'image-not-pinned': {
    title: 'An image that is not pinned by digest',
    why: 'Under a tag another image may be pulled tomorrow than was tested.',
  },
  'step-privileged': {
    title: 'A step that can take over its node',
    why: 'Nothing separates a privileged container from the node.',
  },
  'step-as-root': {
    title: 'A step that runs as root',
    why: 'What breaks out of a container of root is root on the node.',
  },
  'timeout-missing': {
    title: 'No timeout',
    why: 'A run that hangs keeps its target locked until Tekton stops it after an hour.',
  },
  'schema-missing': {
    title: 'Params without a schema',
    why: 'Without a schema a model may send any text for each param.',
  },
  'param-unbounded': {
    title: 'A text without bounds',
    why: 'A model fills the text in; enum, pattern or maxLength say what it may be.',
  },
}
