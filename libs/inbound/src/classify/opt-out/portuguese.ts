import { phrases, type OptOutLanguage } from './phrases.ts';

const say = phrases({
  remove: '(?:remov|retir|exclu|elimin|apag|delet|descadastr|risc)[a-z]{1,6}',
  take: '<remove>|tir[a-z]{1,5}',
  my: 'meus?|minhas?|nossos?|nossas?|est[ea]s?|esses?',
  self: '(?:<my>) ~1 (?:emails?|mails?|contactos?|contatos?|enderecos?|nomes?|dados|cadastros?|correio|conta|empresa|informacoes)',
  // What may stand between the removing and the list: the writer, not a third thing.
  gap: '(?:(?:por|favor|ja|imediatamente|definitivamente|<my>|o|a|os|as|tod[oa]s?|acima|indicad[oa]|seguinte|enderecos?|de|e|emails?|mails?|correio|eletronico|nomes?|contac?tos?|dados|conta|empresa|escritorio|negocio|me|nos|x@y) ){0,9}',
  third:
    '(?:o |a |os |as |el |los |las |la |um |uma |duas |dois |tres |[0-9]{1,3} )(?!(?:meu|minha|noss|endereco|email|mail|nome|contac?to|dados))',
  list: 'listas?|bases?|bancos?|mailings?|newsletters?|registos?|registros?|cadastros?|sistemas?|contactos|contatos|ficheiros?|distribuicao|arquivos?|crm|aqui|envios',
  leave:
    'descadastr[a-z]{1,5}|desinscre[a-z]{1,5}|desinscri[a-z]{1,6}|dessubscrev[a-z]{1,4}|(?:cancel|anul)[a-z]{1,6} ~2 (?:subscricao|inscricao|assinatura|cadastro|registo)|sair d(?:a|esta|essa|e) ~2 lista|unsubscribe',
  stop: '(?:par(?:em|e|ar|a)|deix(?:em|e|ar|a)|cess(?:em|e|ar|a)|abst[a-z]{1,8}|evit(?:em|e|ar)|chega)',
  write:
    '(?:escrev|contact|contat|incomod|perturb|abord|chate|importun|spam)[a-z]{1,6}|entr[a-z]{1,4} (?:mais )?em contac?to',
  send: '<write>|(?:envi|mand|remet)[a-z]{1,6}',
  mail: 'emails?|mails?|mensagens|mensagem|publicidade|spam|newsletters?|comunicacoes|comunicacao|ofertas?|propostas?|propaganda|correspondencia|envios|correios?|promocoes|contactos?|contatos?',
  more: 'mais|nunca|novamente|nada|futuro|jamais',
  want: 'quero|queremos|desejo|desejamos|pretendo|pretendemos|gostaria|gostariamos|tenho interesse|temos interesse|interesse|aceito|preciso',
  please:
    'solicito|solicitamos|quero|queremos|desejo|desejamos|pretendo|pretendemos|peco|pedimos|exijo|gostaria|gostariamos|favor|agradeco|agradecia|agradecemos|como (?:posso|faco|e que (?:eu )?(?:posso|me))|podem|poderiam?|pode|preciso|venho',
  others:
    'clientes?|utilizador(?:es)?|usuarios?|subscritores|destinatarios|fornecedor(?:es)?|colaborador(?:es)?',
});

export const PORTUGUESE: OptOutLanguage = {
  whole: say(
    '^(?:(?:me )?<leave>|cancelar|(?:me )?remov(?:er|a|am|e)(?: me)?|(?:me )?exclu(?:ir|a|am)(?: me)?|descadastro|sair)$',
    '^(?:chega de|sem|nao|basta de|parem com|pare com) (?:mais )?(?:os |estes |esses )?(?:<mail>)$|^chega$|^parem$',
  ),
  requests: say(
    'sair d(?:a|esta|essa|e) ~2 lista',
    '(?:pedi|pedimos) ~4 (?:<leave>|<remove>)',
    'nao ~1 (?:autorizo|autorizamos|autorizei|consinto|dei ~1 (?:autorizacao|consentimento)) ~4 (?:uso|utilizacao|dados|envios?|tratamento|publicidad[a-z]|comunicacoes|contac?t*)',
    '(?:remov|retir|exclu|elimin|apag|descadastr)[a-z]{1,4} (?:me|nos)',
    '(?:me|nos) ~1 (?:remov|retir|exclu|elimin|apag|descadastr)[a-z]{1,4}',
    '(?:me|nos) ~1 tir[a-z]{1,3} ~1 d[a-z]{1,4} ~3 <list>',
    'tir[a-z]{1,3} (?:me|nos) ~1 d[a-z]{1,4} ~3 <list>',
    '<take> <gap><self>',
    '<self> ~3 (?:removid|retirad|excluid|eliminad|apagad)[oa]s?',
    '<take> <gap>d(?:e|a|o|as|os|esta|essa|este|esse|estas|essas|a vossa|a sua) ~3 <list>(?! <third>)',
    '<please> ~4 <leave>',
    '<please> ~3 (?:ser )?(?:removid|retirad|excluid|eliminad)[oa]s?',
    '(?:remocao|exclusao|eliminacao|apagamento|cancelamento) ~6 <self>',
    '(?:<remove>|remocao|exclusao|eliminacao|apagamento) ~6 dados ~2 (?:pessoais|meus)',
    '(?:rgpd|lgpd) ~~9 (?:<remove>|remocao|exclusao|eliminacao|apagamento|oposicao)',
    '(?:oponho|opomos|oposicao) ~6 (?:uso|tratamento|dados|receber|rececao|envio|utilizacao|marketing)',
    '(?:revogo|retiro|revogamos) ~2 consentimento',
    'direito (?:ao|a|de) (?:apagamento|esquecimento|oposicao|eliminacao)',
    'deix(?:em|e|a) (?:me|nos) ~1 em paz|me deix(?:em|e|a) ~1 em paz',
    '(?:cancel|anul)(?:ar|em|e|a) ~1 (?:minha|nossa|a) ~1 (?:subscricao|inscricao|assinatura)',
  ),
  refusals: say(
    'nunca mais ~1 (?:me|nos) ~1 <send>',
    'nao ~1 insist[a-z]{1,5}',
    '(?:cancel|suspend|interromp)[a-z]{1,4} ~2 (?:recebimento|envios?|rececao|recepcao)',
    'nao ~1 (?:ser|voltar a ser) ~1 (?:contac?tad|incomodad|abordad)[oa]s?',
    '<stop> (?:de |com )?(?:me |nos )?~2 <send> ~1 (?:me|nos|<mail>|isto|isso|$)',
    '<stop> (?:de )(?:me|nos) ~1 <send>',
    '<stop> (?:de |com )?(?:os |estes |esses |tantos |as |estas )?(?:<mail>)',
    'nao ~1 (?:me|nos) ~3 (?:<write>)',
    'nao ~1 (?:me|nos) ~1 (?:envi|mand|remet)[a-z]{1,6} ~2 (?:<more>|<mail>|isto|isso|$)',
    'nao ~1 volt[a-z]{1,4} a ~2 (?:<send>)',
    '(?:nao|nunca mais|nunca) ~1 (?:escrev|contact|contat|incomod|envi|mand)[a-z]{1,6} ~2 (?:<more>|<mail>|me|nos)',
    '(?:nao|nunca) ~2 (?:<want>) ~2 (?:receber|recebe los) ~3 (?:<mail>|<more>|vosso|vossos|seus)',
    'nao ~2 (?:<want>) ~2 (?:mais (?:<mail>|receber|ser)|ser (?:contac?tad|incomodad)[oa]s?|continuar a receber)',
    'nao (?:<want>) ~1 (?:<mail>)',
    '(?:nao|deixar de|parar de) (?:mais )?receber ~2 (?:<more>|<mail>)',
    '(?:chega|basta|fart[oa]s?|cansad[oa]s?) ~2 (?:<mail>)',
    '(?:sem|nada de|nem) mais ~1 <mail>',
  ),
  deferred: say('antes|ate|enquanto|por telefone|esta semana|por agora|de momento|ainda|hoje'),
  contrary: say(
    'nao ~1 (?:hesit[a-z]{1,3}|esquec[a-z]{1,3})',
    'nao ~1 (?:me |nos )?<take> ~3 (?:<list>|da|me|nos)',
    'nao (?:me|nos) <take>',
    '(?:<leave>) ~3 (?:webinar|evento|curso|seminario|reuniao|feira)|por (?:engano|erro|lapso) ~3 (?:<leave>)',
    'nao ~1 <stop> de|lista d[eao]s? (?:participantes|convidados|espera|precos|presencas|inscritos)',
    '<others> ~4 (?:<leave>|<remove>)|(?:<leave>|<remove>) ~4 <others>',
    '(?:taxa|link|botao|pagina|gestao) de (?:cancelamento|descadastro|remocao)',
    '(?:se|caso) (?:ja )?(?:nao )?(?:deseje|desejar|desejarem|quiser|pretender|pretenda|preferir)',
    'd[ae] (?:copia|reuniao|conversa|chamada)',
  ),
  inquiry: say(
    '(?:da para|pode se|podemos|posso|e possivel|como se|quant[oa]s?|ha|como e que)(?! ~2 <leave>)',
  ),
  politeness: say(
    'por favor|porfavor|favor|obrigad[oa]|muito obrigad[oa]|ola|oi|bom dia|boa tarde|cumprimentos|atenciosamente|ann|ja|imediatamente|grat[oa]|desde ja',
  ),
};
