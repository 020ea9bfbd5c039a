import { useNavigate, useSearch } from '@tanstack/react-router';
import type { GallerySearch } from './gallery-search.ts';

type Changes = { readonly [Key in keyof GallerySearch]: GallerySearch[Key] | undefined };

interface GalleryNavigation {
  readonly search: GallerySearch;
  /** Changes parts of the address; `undefined` takes a part away. */
  readonly go: (changes: Changes) => void;
}

/** The part of the address that says what the gallery shows. Opening a result is a step that Back takes back. */
export const useGalleryNavigation = (): GalleryNavigation => {
  const search = useSearch({ from: '/gallery' });
  const navigate = useNavigate();
  const isOpen = search.item !== undefined || search.compare !== undefined;
  return {
    search,
    go: (changes) => {
      const opens = !isOpen && (changes.item !== undefined || changes.compare !== undefined);
      void navigate({ to: '/gallery', replace: !opens, search: (old) => ({ ...old, ...changes }) });
    },
  };
};
