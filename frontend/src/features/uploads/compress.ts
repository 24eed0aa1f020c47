import { canShrink, COMPRESS_ABOVE, type FileFormat } from "./model";

const QUALITY = 0.8;
const LONGEST_SIDE = 2560;

/**
 * A smaller copy of a large photo, turned upright; the file itself when it is small, when its format cannot be
 * drawn by browsers (HEIC) or shrunk (PDF), when shrinking fails and when the copy is no smaller.
 */
export async function shrinkImage(file: File, format: FileFormat): Promise<File> {
  if (!canShrink(format) || file.size <= COMPRESS_ABOVE) return file;
  try {
    const copy = await compress(new File([file], file.name, { type: `image/${format}` }));
    return copy.size < file.size ? copy : file;
  } catch {
    return file;
  }
}

async function compress(file: File): Promise<File> {
  const { default: Compressor } = await import("compressorjs");
  const result = await new Promise<File | Blob>((resolve, reject) => {
    new Compressor(file, {
      quality: QUALITY,
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
