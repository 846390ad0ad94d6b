import {link} from '../core/route.js';
import {instants} from '../core/time.js';
import {copy} from './basics.js';

/** A link that shows everybody the same at any time: both ends of its range are instants. */
export const fixedLink = (view, params, {from, to}) => new URL(link(view, {...params, ...instants(from, to)}), document.baseURI).href;

/** Puts a link on the clipboard, and says whether that was possible. */
export async function copyLink(address, say) {
  say((await copy(address)) ? 'The link is on the clipboard.' : 'The browser does not allow to copy.');
}
