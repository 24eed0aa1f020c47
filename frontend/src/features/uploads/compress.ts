import { canShrink, COMPRESS_ABOVE, type FileFormat } from "./model";

/** Tried in turn until the copy is small enough: a grainy photo needs less than the usual 0.8. */
const QUALITIES = [0.8, 0.7, 0.6];
const SMALL_ENOUGH = 0.2;
const LONGEST_SIDE = 2560;

/**
 * A smaller copy of a large photo, turned upright; the file itself when it is small, when its format cannot be
 * drawn by browsers (HEIC) or shrunk (PDF), when shrinking fails and when the copy is no smaller.
 */
export async function shrinkImage(file: File, format: FileFormat): Promise<File> {
  if (!canShrink(format) || file.size <= COMPRESS_ABOVE) return file;
  try {
    const source = new File([file], file.name, { type: `image/${format}` });
    let smallest = file;
    for (const quality of QUALITIES) {
      const copy = await compress(source, quality);
      if (copy.size < smallest.size) smallest = copy;
      if (smallest.size <= file.size * SMALL_ENOUGH) break;
    }
    return smallest;
  } catch {
    return file;
  }
}

async function compress(file: File, quality: number): Promise<File> {
  const { default: Compressor } = await import("compressorjs");
  const result = await new Promise<File | Blob>((resolve, reject) => {
    new Compressor(file, {
      quality,
      maxWidth: LONGEST_SIDE,
      maxHeight: LONGEST_SIDE,
      // A photo kept as PNG hardly shrinks, because PNG knows no quality.
      convertTypes: ["image/png"],
      convertSize: 0,
      success: resolve,
      error: reject,
    });
  });
  const name = result instanceof File ? result.name : file.name;
  return new File([result], name, { type: result.type, lastModified: file.lastModified });
}
