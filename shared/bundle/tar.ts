// A tar archive, byte for byte as Go's writer makes it, so that layers have the same diff id everywhere.

const BLOCK = 512
const NAME_LENGTH = 100
const CHECKSUM_AT = 148

/** A regular file, or a folder: then its name ends in a slash and it has no content. */
export interface ArchiveEntry {
  readonly name: string
  readonly mode: number
  readonly content?: Uint8Array
}

/** One regular file with mode 0600, owner 0 and time 0 (POSIX.1-1988 ustar). A name over 100 bytes is cut: readers take the first entry. */
export function archiveFile(name: string, content: Uint8Array): Buffer {
  return archiveFiles([{ name, mode: 0o600, content }])
}

/** The entries in this order, with owner 0 and time 0 (POSIX.1-1988 ustar). Names are at most 100 bytes long. */
export function archiveFiles(entries: readonly ArchiveEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(archiveEntry), Buffer.alloc(2 * BLOCK)])
}

function archiveEntry({ name, mode, content = new Uint8Array() }: ArchiveEntry): Uint8Array[] {
  const header = Buffer.alloc(BLOCK)
  header.write(name.slice(0, NAME_LENGTH), 0, NAME_LENGTH, 'utf8')
  header.write(octal(mode, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(content.length, 12), 124)
  header.write(octal(0, 12), 136)
  header.write(name.endsWith('/') ? '5' : '0', 156)
  header.write('ustar\x0000', 257, 'latin1')
  header.write(octal(0, 8), 329)
  header.write(octal(0, 8), 337)
  header.fill(' ', CHECKSUM_AT, CHECKSUM_AT + 8)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT, 'latin1')
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)
  return [header, content, padding]
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`
}
