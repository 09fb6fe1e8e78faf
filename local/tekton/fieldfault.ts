// A fault of an object's field, printed as Tekton's webhook prints it; pure.

/** A fault at a path, printed as knative.dev/pkg's FieldError prints it. */
export interface FieldFault {
  readonly message: string
  readonly paths: readonly string[]
  readonly details?: string
}

export function print({ message, paths, details }: FieldFault, prefix = ''): string {
  const places = paths.map(path => prefix + path).join(', ')
  return `${message}: ${places}${details === undefined ? '' : `\n${details}`}`
}
